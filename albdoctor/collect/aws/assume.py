"""Roles in other accounts: assumed with the credentials of one profile, and again before they expire."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from albdoctor.collect.aws import credentials
from albdoctor.collect.aws.read_only import signing_session
from albdoctor.collect.credential_words import NotSignedInError
from albdoctor.facts.partitions import PARTITIONS

SESSION = "albdoctor"
"""What CloudTrail calls the sessions."""


class Assumer:
    """Signs in to roles; botocore's own fetcher asks STS, and asks again where credentials are about to expire."""

    def __init__(self, profile: str, *, seconds: float) -> None:
        """Do nothing yet; `profile` is whose credentials may assume the roles."""
        self._profile, self._seconds = profile, seconds
        self._lock = threading.Lock()
        self._session: Any = None
        self._own: Any = None

    def into(self, roles: tuple[str, ...], external_id: str = "") -> Callable[[], Any]:
        """What gives the credentials of the last of some roles (ARNs), each assumed with those of the one before.

        The external id is for the last. Whoever calls it gets STS's own exception, the same one every time: a role
        that could not be assumed is not asked for by every question.
        """
        made: list[Any] = []
        lock = threading.Lock()

        def sign_in() -> Any:  # noqa: ANN401 - botocore is untyped
            with lock:
                if not made:
                    try:
                        made.append(self._chained(roles, external_id))
                    except Exception as error:  # noqa: BLE001 - kept for whoever asks next
                        made.append(error)
            if isinstance(made[0], Exception):
                raise made[0].with_traceback(None)  # it would grow with every caller
            return made[0]

        return sign_in

    def _chained(self, roles: tuple[str, ...], external_id: str) -> Any:  # noqa: ANN401 - botocore is untyped
        from botocore.credentials import AssumeRoleCredentialFetcher, RefreshableCredentials

        current = self._source()
        for role in roles:
            also = {"RoleSessionName": SESSION}
            if external_id and role == roles[-1]:
                also["ExternalId"] = external_id
            fetcher = AssumeRoleCredentialFetcher(self._client, current, role, also, cache={})
            current = RefreshableCredentials.create_from_metadata(
                metadata=fetcher.fetch_credentials(), refresh_using=fetcher.fetch_credentials, method="assume-role"
            )
        return current

    def _source(self) -> Any:  # noqa: ANN401 - botocore is untyped
        """The credentials that may assume the roles, found once."""
        from botocore.exceptions import NoCredentialsError

        with self._lock:
            if self._own is None:
                self._session = signing_session(self._profile, seconds=self._seconds)
                try:
                    self._own = credentials.of(self._profile, self._session) or NoCredentialsError()
                except NotSignedInError as error:  # a program that failed is not run again for the next account
                    self._own = error
        if isinstance(self._own, Exception):
            raise self._own
        return self._own

    def _client(self, service: str, **keys: str) -> Any:  # noqa: ANN401 - botocore is untyped
        """Make a client of STS, as botocore's fetcher wants one; a session may not make two at once."""
        from botocore.config import Config

        config = Config(
            connect_timeout=min(max(self._seconds / 8, 0.5), 4.0),
            read_timeout=min(max(self._seconds / 5, 1.0), 12.0),
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        with self._lock:
            region = self._session.get_config_variable("region") or PARTITIONS[0].home
            return self._session.create_client(service, region_name=region, config=config, **keys)
