"""The errors that a load balancer's visitors got in the last hours, as CloudWatch counted them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.serving import ApplicationBalancers
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.metrics import Metrics

OF_BALANCER = ("HTTPCode_ELB_502_Count", "HTTPCode_ELB_503_Count", "HTTPCode_ELB_504_Count", "HTTPCode_ELB_5XX_Count")
OF_TARGETS = "HTTPCode_Target_5XX_Count"
MANY, SHARE = 100, 0.01
"""From so many errors on, and such a share of the requests, they are no accident."""


class Counted(Struct, frozen=True, kw_only=True):
    """One load balancer's requests and errors."""

    balancer: LoadBalancer
    hours: float
    requests: float
    errors: Mapping[str, float]
    """By CloudWatch's name, those over zero: of the load balancer, by status where it is known, and of the targets."""

    @property
    def failed(self) -> float:
        """How many requests got an error."""
        own = self.errors.get("HTTPCode_ELB_5XX_Count", 0.0)
        by_status = sum(self.errors.get(name, 0.0) for name in OF_BALANCER[:3])
        return max(own, by_status) + self.errors.get(OF_TARGETS, 0.0)

    @property
    def share(self) -> float:
        """Of all requests, at most all of them."""
        return min(self.failed / self.requests, 1.0) if self.requests else 1.0

    def many_but(self, named: float) -> bool:
        """Whether they are too many to be an accident, without so many that another check names."""
        left = self.failed - named
        return left >= MANY and left >= SHARE * self.requests


CountedErrors: TypeAlias = tuple[Counted, ...]


@derivation
def counted_errors(balancers: ApplicationBalancers, metrics: Metrics) -> Iterator[Counted]:
    """Give what was counted of each load balancer as a whole."""
    of_balancer: dict[str, dict[str, float]] = defaultdict(dict)
    for one in metrics.values:
        if not one.target_group_arn:
            of_balancer[one.load_balancer_arn][one.name] = one.total
    for balancer in balancers:
        own = of_balancer[balancer.load_balancer_arn]
        errors = {name: own[name] for name in (*OF_BALANCER, OF_TARGETS) if own.get(name)}
        yield Counted(balancer=balancer, hours=metrics.hours, requests=own.get("RequestCount", 0.0), errors=errors)
