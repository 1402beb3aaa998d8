"""What can be wrong with a group of a benchmark's snapshot: usual faults, each with a cause and with what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ill:
    """How the targets of one group are; by default they are well."""

    health: dict[str, str] = field(default_factory=lambda: {"State": "healthy"})
    """`TargetHealth` of each target."""
    protocol: str = "HTTP"
    """What the group and its health check speak."""
    state: str = "running"
    """State of the instances."""
    way_open: bool = True
    """False: the targets' security group admits another balancer than theirs."""
    port: dict[str, Any] | None = None
    """What a direct probe saw on port 80; None: the targets admit nobody from outside."""


def _unhealthy(reason: str, description: str) -> dict[str, str]:
    return {"State": "unhealthy", "Reason": f"Target.{reason}", "Description": description}


def _codes(code: int) -> dict[str, str]:
    return _unhealthy("ResponseCodeMismatch", f"Health checks failed with these codes: [{code}]")


SPEAKS_HTTP = {
    "port": 80,
    "tcp": "open",
    "tls": {"server_name": None, "completed": False, "failure": "WRONG_VERSION_NUMBER"},
    "http": {"url": "http://203.0.113.1/", "address": "203.0.113.1", "port": 80, "status": 200},
}
REFUSED = {"port": 80, "tcp": "refused"}
ILLS = (
    Ill(health=_codes(404)),
    Ill(health=_unhealthy("Timeout", "Request timed out"), way_open=False),
    Ill(health=_unhealthy("FailedHealthChecks", "Health checks failed"), protocol="HTTPS", port=SPEAKS_HTTP),
    Ill(health=_unhealthy("FailedHealthChecks", "Health checks failed"), port=REFUSED),
    Ill(health=_codes(301)),
    Ill(health={"State": "unused", "Reason": "Target.InvalidState"}, state="stopped"),
    Ill(health=_codes(503)),
)


def ill_of(number: int) -> Ill:
    """One ill after the other."""
    return ILLS[number % len(ILLS)]
