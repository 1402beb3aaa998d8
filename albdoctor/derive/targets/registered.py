"""One registered target as Elastic Load Balancing tells of it: its group and its health."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.targets.health_words import MISMATCH, NOT_IN_USE
from albdoctor.facts.elb import Target, TargetGroup, TargetHealth
from albdoctor.facts.numbers import whole
from albdoctor.text import Text, same

CODES = re.compile(r"\[([0-9, ]+)\]")
"""The statuses in the API's words "Health checks failed with these codes: [301]"."""


class Registered(Struct, frozen=True, kw_only=True, dict=True):
    """One registered target: its group and its health. Every check asks for its ports (hence `dict`)."""

    group: TargetGroup
    health: TargetHealth

    @property
    def target(self) -> Target:
        """The target as registered."""
        return self.health.target

    @property
    def state(self) -> str:
        """State of its health: healthy, unhealthy, initial, draining, unused, unavailable."""
        return self.health.target_health.state

    @property
    def reason(self) -> str:
        """Reason code of its health; empty when healthy."""
        return self.health.target_health.reason

    @cached_property
    def port(self) -> int:
        """The port that requests go to."""
        return self.target.port or self.group.port or 0

    @cached_property
    def check_port(self) -> int:
        """The port that health checks go to."""
        ports = map(whole, (self.health.health_check_port, self.group.health_check_port))
        return next((port for port in ports if port is not None), self.port)

    @property
    def name(self) -> str:
        """Id and port, as people write it: i-0abc:443."""
        return f"{self.target.id}:{self.port}"

    @property
    def failing(self) -> bool:
        """Its health check fails now; initial and draining targets do not count."""
        return self.state == "unhealthy"

    @property
    def judged(self) -> bool:
        """The balancer has a verdict on it."""
        return self.state in ("healthy", "unhealthy")

    @property
    def proven(self) -> bool:
        """It is healthy and the check goes the same way as requests do: port and protocol."""
        same_way = self.check_port == self.port and self.group.health_check_protocol == self.group.protocol
        return self.state == "healthy" and same_way

    @property
    def codes(self) -> tuple[int, ...]:
        """Statuses that the check got, from the API's words "Health checks failed with these codes: [301]"."""
        match = CODES.search(self.health.target_health.description) if self.reason == MISMATCH else None
        return tuple(int(code) for code in match[1].replace(",", " ").split()) if match else ()

    def answered(self, *codes: int) -> bool:
        """Whether its health check fails with one of these statuses."""
        return self.failing and not set(codes).isdisjoint(self.codes)

    @property
    def zone_not_enabled(self) -> bool:
        """It is unused because the balancer has no subnet in its zone: only the description says so."""
        return self.reason == NOT_IN_USE and "availability zone" in self.health.target_health.description.lower()

    @property
    def outside(self) -> bool:
        """It is an address outside the VPC of its group (on premises, a peered VPC): no interface of it is known."""
        return self.group.target_type == "ip" and self.target.availability_zone == "all"

    def spec(self, port: int) -> str:
        """Name this target at a port as `register-targets --targets` wants it."""
        zone = ",AvailabilityZone=all" if self.target.availability_zone == "all" else ""
        return f"Id={self.target.id},Port={port}{zone}"

    @property
    def health_line(self) -> tuple[str, Text]:
        """Who was asked for its health, and the answer; what AWS says about it in words is a quotation."""
        health = self.health.target_health
        codes = " ".join(part for part in (self.name, health.state, health.reason) if part)
        words = health.description
        seen = Text(en=f"{codes} {words}", ko=f'{codes} "{words}"') if words else same(codes)
        return asked.health(self.group.target_group_name), seen
