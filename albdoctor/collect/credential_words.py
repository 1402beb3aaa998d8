"""Why there are no AWS credentials, in words, with what to do next."""

from __future__ import annotations

from albdoctor.text import fill

CREDENTIAL_CODES = {
    "ExpiredToken": "the AWS credentials have expired: sign in again",
    "ExpiredTokenException": "the AWS credentials have expired: sign in again",
    "RequestExpired": "the AWS request was too old: check this machine's clock, or sign in again",
    "InvalidClientTokenId": "AWS does not know this access key: check the profile and its partition",
    "InvalidAccessKeyId": "AWS does not know this access key: check the profile and its partition",
    "UnrecognizedClient": "AWS does not know this access key: check the profile and its partition",
    "UnrecognizedClientException": "AWS does not know this access key: check the profile and its partition",
    "InvalidSignatureException": "the secret access key does not fit the access key: check the profile",
    "SignatureDoesNotMatch": "the secret access key does not fit the access key: check the profile",
    "MissingAuthenticationToken": "no AWS credentials were sent: configure a profile or set AWS_PROFILE",
}
SSO = "the AWS sign-in session is missing or has expired: run `aws sso login{flag}`"
LOGIN = "the AWS sign-in session is missing or has expired: run `aws login{flag}`"
CREDENTIAL_ERRORS = {
    "NoCredentialsError": "no AWS credentials found: configure a profile or set AWS_PROFILE",
    "PartialCredentialsError": "the AWS credentials are incomplete: an access key and its secret are both needed",
    "CredentialRetrievalError": "the AWS credentials could not be fetched: check the profile's credential process",
    "MetadataRetrievalError": "the AWS credentials could not be fetched from the metadata service",
    "ProfileNotFound": "this AWS profile does not exist: check --profile and AWS_PROFILE",
    "InvalidConfigError": "the AWS profile is configured wrongly: check ~/.aws/config",
    "InfiniteLoopConfigError": "the AWS profiles refer to each other in a circle: check ~/.aws/config",
    "ConfigParseError": "the AWS configuration file cannot be read: check ~/.aws/config",
    "ConfigNotFound": "the AWS configuration file was not found: check AWS_CONFIG_FILE",
    "RefreshWithMFAUnsupportedError": "the AWS credentials need a new MFA code: sign in again",
    "UnknownCredentialError": "the profile names a source of credentials that does not exist",
    "NoAuthTokenError": SSO,
    "TokenRetrievalError": SSO,
    "SSOError": SSO,
    "LoginError": LOGIN,
}
CODE = "profile {profile} wants an MFA code: start the scan on a terminal, or give it temporary credentials"
SLOW = "the credential_process of profile {profile} did not end within {seconds} seconds, and was stopped"
FAILED = "the credential_process of profile {profile} failed: `aws sts get-caller-identity{flag}` shows what it says"
NOT_RUN = "the credential_process of profile {profile} cannot be run: {why}"
NO_CREDENTIALS = (
    "the credential_process of profile {profile} printed no credentials"
    " (JSON with Version 1, AccessKeyId and SecretAccessKey)"
)


class NotSignedInError(Exception):
    """No credentials; the message says why and what to do."""


def of_profile(template: str, profile: str, **values: str | int) -> str:
    """Fill in a profile's name, as prose and as a flag to type; empty is the default one."""
    flag = " --profile {profile}" if profile else ""
    return fill(template.replace("{flag}", flag), {"profile": profile or "default", **values})
