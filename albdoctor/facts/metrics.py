"""CloudWatch counters of the balancers and their groups (namespace AWS/ApplicationELB)."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.facts.values import Arn, Word


class Metric(Struct, frozen=True, kw_only=True):
    """Sum of one counter over the window."""

    name: Word
    """CloudWatch's name: TargetTLSNegotiationErrorCount, HTTPCode_ELB_502_Count, ..."""
    load_balancer_arn: Arn
    target_group_arn: Arn = ""
    """Empty: the metric of the whole balancer."""
    total: float = 0.0
    datapoints: int = 0
    """0: CloudWatch holds none. Counters are only published when they are not zero."""


class Metrics(Struct, frozen=True, kw_only=True):
    """Every counter that was asked for."""

    hours: float
    """Length of the window that ends at the time of the scan."""
    values: tuple[Metric, ...] = ()
