"""The ELBv2 API's words for the health of a target; a word that comes later says nothing, neither good nor bad."""

from __future__ import annotations

MISMATCH = "Target.ResponseCodeMismatch"
FAILED = "Target.FailedHealthChecks"
TIMEOUT = "Target.Timeout"
STOPPED = "Target.InvalidState"
NOT_IN_USE = "Target.NotInUse"
IP_UNUSABLE = "Target.IpUnusable"

STATES = frozenset({"initial", "healthy", "unhealthy", "unhealthy.draining", "unused", "draining", "unavailable"})
"""`TargetHealthStateEnum`."""
REASONS = frozenset(
    {
        "Elb.InitialHealthChecking",
        "Elb.InternalError",
        "Elb.RegistrationInProgress",
        "Target.DeregistrationInProgress",
        "Target.HealthCheckDisabled",
        "Target.NotRegistered",
        FAILED,
        IP_UNUSABLE,
        MISMATCH,
        NOT_IN_USE,
        STOPPED,
        TIMEOUT,
    }
)
"""`TargetHealthReasonEnum`."""
