"""How a profile signs in: what asks a person, what may hang, and the words in which it fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from albdoctor.collect.aws.processes import Bounded, HangingError
from albdoctor.collect.credential_words import CODE, FAILED, NO_CREDENTIALS, NOT_RUN, SLOW, NotSignedInError, of_profile

PROCESS = "custom-process"
"""What botocore calls its provider for `credential_process`."""
OfOurs: TypeAlias = Callable[[list[Any], str], list[Any]]
"""Replaces some of the providers of a profile."""
SHARE = 0.8
"""Of the scan's time, for a `credential_process`: what it fails with is told before the deadline."""
FILES = (("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))

_UNLOCKED: dict[str, Any] = {}
"""Credentials that a person gave an MFA code for: they hold for the process, as they do for whoever typed it."""


def code_wanted(session: Any) -> str:  # noqa: ANN401 - botocore is untyped
    """The MFA device whose code botocore would ask for, on a terminal; empty if none.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html#cli-configure-role-mfa
    """
    variables = session.instance_variables()
    if not variables.get("profile") and os.environ.get("AWS_ACCESS_KEY_ID"):
        return ""  # the environment goes first
    chain = _chain(session.full_config.get("profiles", {}), session.profile or "default")
    return next((str(each["mfa_serial"]) for each in chain if each.get("role_arn") and each.get("mfa_serial")), "")


def _chain(profiles: Mapping[str, Mapping[str, Any]], name: str) -> Iterator[Mapping[str, Any]]:
    seen: set[str] = set()
    while name in profiles and name not in seen:
        seen.add(name)
        yield profiles[name]
        name = str(profiles[name].get("source_profile", ""))


def may_want_a_code() -> bool:
    """Whether any profile of the configuration files names an MFA device: cheap, without botocore."""
    for variable, usual in FILES:
        file = Path(os.environ.get(variable) or usual).expanduser()
        try:
            if "mfa_serial" in file.read_text(errors="replace"):
                return True
        except (OSError, RuntimeError):  # none there, or no home
            continue
    return False


def unlock(profile: str, session: Any) -> None:  # noqa: ANN401 - botocore is untyped
    """Sign in where botocore asks a person for an MFA code, now; its exceptions come through."""
    signed_in = session.get_credentials()
    signed_in.get_frozen_credentials()  # botocore asks when they are first used
    _UNLOCKED[profile] = signed_in


def of(profile: str, session: Any) -> Any:  # noqa: ANN401 - botocore is untyped
    """Give a profile's credentials without asking anybody anything; None when there are none.

    `NotSignedInError` when a person would be asked.
    """
    if profile in _UNLOCKED:
        return _UNLOCKED[profile]
    if code_wanted(session):
        raise NotSignedInError(of_profile(CODE, profile))
    return session.get_credentials()


def bound(session: Any, seconds: float) -> None:  # noqa: ANN401 - botocore is untyped
    """Make a session run a `credential_process` for `seconds` at most, and tell in words what it fails with."""
    bounded = partial(_bounded, session, seconds * SHARE)

    def of_ours(providers: list[Any], name: str) -> list[Any]:
        return [bounded(name) if each.METHOD == PROCESS else each for each in providers]

    resolver = session.get_component("credential_provider")
    resolver.providers[:] = of_ours(resolver.providers, session.profile or "default")
    for provider in resolver.providers:
        # A role's source profile has providers of its own, which only this member makes.
        if hasattr(provider, "_profile_provider_builder"):
            builder = provider._profile_provider_builder  # noqa: SLF001 - no public way; a test notices a new name
            provider._profile_provider_builder = _Providers(builder, of_ours)  # noqa: SLF001 - the same


class _Providers:
    """botocore's ProfileProviderBuilder, with some of its providers replaced."""

    def __init__(self, builder: Any, of_ours: OfOurs) -> None:  # noqa: ANN401 - botocore is untyped
        self._builder, self._of_ours = builder, of_ours

    def providers(self, profile_name: str, **options: object) -> list[Any]:
        return self._of_ours(self._builder.providers(profile_name, **options), profile_name)


def _bounded(session: Any, seconds: float, name: str) -> Any:  # noqa: ANN401 - botocore is untyped
    """Make botocore's provider for the `credential_process` of the profile `name`, bounded."""
    from botocore.credentials import ProcessProvider
    from botocore.exceptions import CredentialRetrievalError

    def start(words: list[str], **_: object) -> Bounded:
        try:
            return Bounded(words, seconds)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise NotSignedInError(of_profile(NOT_RUN, name, why=why)) from error

    class Process(ProcessProvider):
        def load(self) -> Any:  # noqa: ANN401 - botocore is untyped
            try:
                return super().load()
            except HangingError:
                raise NotSignedInError(of_profile(SLOW, name, seconds=round(seconds))) from None
            except CredentialRetrievalError as error:
                # What it printed may hold secrets: it is not repeated.
                said = NO_CREDENTIALS if "version" in str(error).lower() or "required key" in str(error) else FAILED
                raise NotSignedInError(of_profile(said, name)) from None
            except (ValueError, TypeError, AttributeError):
                raise NotSignedInError(of_profile(NO_CREDENTIALS, name)) from None

    return Process(profile_name=name, load_config=lambda: session.full_config, popen=start)
