"""The two botocore sessions of a profile: one can only sign in, the other can only read."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from albdoctor.collect.aws import credentials
from albdoctor.collect.aws.guard import INSPECTS, LISTS, READS, SIGN_IN, allow_only
from albdoctor.collect.aws.models import models
from albdoctor.collect.credential_words import NotSignedInError

NONE: frozenset[str] = frozenset()


class _Assumed:
    """The credential provider of the reading session of another account: a role's credentials."""

    def __init__(self, sign_in: Callable[[], Any]) -> None:
        self.load_credentials = sign_in


class _SignedIn:
    """The credential provider of the reading session: what the other session signed in with."""

    def __init__(self, profile: str, session: Any) -> None:  # noqa: ANN401 - botocore is untyped
        self._profile, self._session = profile, session
        self._failed: NotSignedInError | None = None

    def load_credentials(self) -> Any:  # noqa: ANN401 - botocore is untyped
        """Give credentials that renew themselves through the other session; None when there are none."""
        if self._failed:  # a program that failed is not run again for the next client
            raise self._failed
        try:
            return credentials.of(self._profile, self._session)
        except NotSignedInError as error:
            self._failed = error
            raise


def reading_session(
    profile: str,
    *,
    seconds: float = 60.0,
    inspect_hosts: bool = False,
    organization: bool = False,
    sign_in: Callable[[], Any] | None = None,
) -> Any:  # noqa: ANN401 - botocore is untyped
    """Make the session of a profile (empty: the default credentials) whose clients can send declared reads only.

    With `inspect_hosts` they can send the one command of `command.py` to instances too, and read what it printed; with
    `organization` they can list accounts and Regions. `sign_in` gives other credentials than the profile's.
    Profiles that assume a role or use single sign-on need other operations to get credentials. botocore makes those
    clients from the session that the credentials are loaded by, so that session is another one.
    """
    reading = _session(profile)
    provider = _Assumed(sign_in) if sign_in else _SignedIn(profile, signing_session(profile, seconds=seconds))
    reading.register_component("credential_provider", provider)
    # Facts hold UTC; botocore would give this machine's zone.
    reading.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_utc)
    allow_only(reading, READS | (INSPECTS if inspect_hosts else NONE) | (LISTS if organization else NONE))
    return reading


def signing_session(profile: str, *, seconds: float = 60.0) -> Any:  # noqa: ANN401 - botocore is untyped
    """Make the session that can only sign in; a program that it gets credentials from has so many seconds."""
    signing = _session(profile)
    allow_only(signing, SIGN_IN)
    credentials.bound(signing, seconds)
    return signing


def configured_profiles() -> frozenset[str] | None:
    """The profiles that botocore finds in the files of configuration and credentials; None: it cannot read them."""
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        # No profile of the environment: one that is missing would be the error of every question to this session.
        return frozenset(botocore.session.Session(profile="default").full_config["profiles"])
    except BotoCoreError:
        return None


def _session(profile: str) -> Any:  # noqa: ANN401 - botocore is untyped
    import botocore.session

    session: Any = botocore.session.Session(profile=profile or None)
    # As the AWS CLI: AWS_REGION goes before what botocore knows (AWS_DEFAULT_REGION, the profile).
    if region := os.environ.get("AWS_REGION"):
        session.set_config_variable("region", region)
    session.set_config_variable("metadata_service_timeout", 1)
    session.set_config_variable("metadata_service_num_attempts", 1)
    session.register_component("data_loader", models(session.get_config_variable("data_path") or ""))
    return session


def _utc(value: Any) -> datetime:  # noqa: ANN401 - text or a number, as the protocol has it
    from botocore.utils import parse_timestamp

    moment: datetime = parse_timestamp(value)
    return moment.astimezone(UTC)
