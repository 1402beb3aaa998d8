"""What listeners and rules do with a request: forward, redirect, answer, and the logins that stand before it.

Field names mirror ELBv2 (2015-12-01).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.json import encode

from albdoctor.facts.mirror import Mirror, missing
from albdoctor.facts.values import (
    ArnText,
    Body,
    ContentType,
    DnsName,
    FreeText,
    Identifier,
    Parameters,
    Query,
    Sent,
    Url,
    UrlPath,
    Word,
)


class RedirectConfig(Mirror, frozen=True, kw_only=True):
    """Redirect action; `#{host}`, `#{path}`, `#{port}`, `#{protocol}`, `#{query}` keep the request's."""

    # "Any components that you do not modify retain their original values" (API reference, RedirectActionConfig). Yet
    # a lost 443 would read as a redirect to plain HTTP's port: protocol and port, which AWS sends, have no default.
    protocol: Sent[Word] = "#{protocol}"
    port: Sent[Word] = "#{port}"
    host: DnsName = "#{host}"
    path: UrlPath = "/#{path}"
    query: Query = "#{query}"
    status_code: Sent[Word] = "HTTP_302"

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Of protocol, host, port and path a redirect must change one (the same reference)."""
        kept = (self.protocol, self.port, self.host, self.path) == ("#{protocol}", "#{port}", "#{host}", "/#{path}")
        return missing(sent, "Host", "Path") if kept else ()


NO_SERVICE, NO_ACTION = "Backend service does not exist", "Backend action does not exist"
"""Bodies of the fixed 503 with which the AWS Load Balancer Controller fills in what an Ingress names and nobody made
(`pkg/ingress/enhanced_backend_builder.go`)."""
PLACEHOLDERS = frozenset({NO_SERVICE, NO_ACTION})


class FixedResponseConfig(Mirror, frozen=True, kw_only=True):
    """Fixed response action."""

    status_code: Sent[Word]
    content_type: ContentType = ""
    message_body: Body = ""


class TargetGroupTuple(Mirror, frozen=True, kw_only=True):
    """A group and its weight in a forward action."""

    target_group_arn: Sent[ArnText]
    weight: int | None = None


class TargetGroupStickinessConfig(Mirror, frozen=True, kw_only=True):
    """Whether a visitor stays with the group that took the first request."""

    enabled: bool = False
    duration_seconds: int | None = None


class ForwardConfig(Mirror, frozen=True, kw_only=True):
    """Forward action."""

    target_groups: Sent[tuple[TargetGroupTuple, ...]] = ()
    target_group_stickiness_config: TargetGroupStickinessConfig | None = None

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Network Load Balancers' single groups have no weight."""
        del sent
        lost = len(self.target_groups) > 1 and any(group.weight is None for group in self.target_groups)
        return ("TargetGroups.Weight",) if lost else ()


class OidcConfig(Mirror, frozen=True, kw_only=True):
    """Login with an OpenID Connect provider (`AuthenticateOidcActionConfig`).

    The client secret is never told by the API and has no place here: whoever writes the action back asks for the one
    that is there, with `UseExistingClientSecret`.
    """

    issuer: Sent[Url]
    authorization_endpoint: Sent[Url]
    token_endpoint: Sent[Url]
    user_info_endpoint: Sent[Url]
    client_id: Sent[FreeText]
    session_cookie_name: Identifier = ""
    scope: FreeText = ""
    session_timeout: int | None = None
    """Seconds."""
    authentication_request_extra_params: Parameters = {}  # noqa: RUF012 - msgspec copies it
    on_unauthenticated_request: Word = ""

    def __hash__(self) -> int:
        """Of all members; a dictionary has none of its own."""
        return _hash(self)


class CognitoConfig(Mirror, frozen=True, kw_only=True):
    """Login with an Amazon Cognito user pool (`AuthenticateCognitoActionConfig`)."""

    user_pool_arn: Sent[ArnText]
    user_pool_client_id: Sent[FreeText]
    user_pool_domain: Sent[DnsName]
    """The prefix of the pool's domain, or a domain of one's own."""
    session_cookie_name: Identifier = ""
    scope: FreeText = ""
    session_timeout: int | None = None
    """Seconds."""
    authentication_request_extra_params: Parameters = {}  # noqa: RUF012 - msgspec copies it
    on_unauthenticated_request: Word = ""

    def __hash__(self) -> int:
        """Of all members; a dictionary has none of its own."""
        return _hash(self)


class Claim(Mirror, frozen=True, kw_only=True):
    """A claim that a token must have (`JwtValidationActionAdditionalClaim`)."""

    format: Sent[Word]
    name: Sent[Identifier]
    values: Sent[tuple[FreeText, ...]]


class JwtConfig(Mirror, frozen=True, kw_only=True):
    """A check of the token that a request brings (`JwtValidationActionConfig`)."""

    jwks_endpoint: Sent[Url]
    issuer: Sent[Url]
    additional_claims: tuple[Claim, ...] = ()


class Action(Mirror, frozen=True, kw_only=True):
    """What a rule does."""

    type: Sent[Word]
    order: int | None = None
    target_group_arn: ArnText = ""
    forward_config: ForwardConfig | None = None
    redirect_config: RedirectConfig | None = None
    fixed_response_config: FixedResponseConfig | None = None
    authenticate_oidc_config: OidcConfig | None = None
    authenticate_cognito_config: CognitoConfig | None = None
    jwt_validation_config: JwtConfig | None = None

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """A forward action names its groups in one of two ways, or in both."""
        match self.type:
            case "forward":
                named = self.target_group_arn or (self.forward_config and self.forward_config.target_groups)
                return () if named else ("TargetGroupArn", "ForwardConfig")
            case "redirect":
                return missing(sent, "RedirectConfig")
            case "fixed-response":
                return missing(sent, "FixedResponseConfig")
            case _:
                return ()

    @property
    def groups(self) -> tuple[TargetGroupTuple, ...]:
        """The groups it forwards to, each with its weight (1 when not given)."""
        if self.type != "forward":
            return ()
        if self.forward_config and self.forward_config.target_groups:
            return self.forward_config.target_groups
        return (TargetGroupTuple(target_group_arn=self.target_group_arn, weight=1),) if self.target_group_arn else ()


def _hash(config: OidcConfig | CognitoConfig) -> int:
    return hash(encode(config, order="sorted"))
