"""A healthy site as saved facts, and named changes of it: what a set-up differs in, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import albdoctor
from albdoctor.facts.files import decode
from albdoctor.report.model import Report

BASE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cases" / "base.json").read_text())
HOST = "shop.example"
ADDRESSES = ("203.0.113.10", "203.0.113.11")
V6 = ("2001:db8::10", "2001:db8::11")
ARN = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012"
WEB = f"{ARN}:loadbalancer/app/web/ae25baa2f1d0650a"
WEB_NAME = "web-2374443133.ap-northeast-2.elb.amazonaws.com"
HTTP = f"{ARN}:listener/app/web/ae25baa2f1d0650a/ce551a0dc2d3d927"
HTTPS = f"{ARN}:listener/app/web/ae25baa2f1d0650a/a454c13298c54ff8"
GROUP = f"{ARN}:targetgroup/web-http/978ba989292f150f"
INSTANCE = "i-b4bcf51c9a92d5198"
CERTIFICATE = "arn:aws:acm:ap-northeast-2:123456789012:certificate/afcded37-07f9-4f07-abb4-34b352a0cf6a"
VPC = "vpc-807940f87fb2fe016"
PUBLIC_A, PUBLIC_C = "subnet-2caf9f0040f1e73e1", "subnet-b0eaed22774675b90"
OF_BALANCER, OF_TARGETS = "sg-c33c0b473e893a38b", "sg-0184f674db29d59e7"
EVERYWHERE = (0, 1)
"""Both addresses."""

Raw: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Raw], None]


def site(*changes: Change) -> Raw:
    """The healthy site with these changes."""
    raw = copy.deepcopy(BASE)
    for change in changes:
        change(raw)
    return raw


def judged(*changes: Change) -> Report:
    """What is said of the site with these changes, from a facts file as it is saved."""
    (facts,) = decode(json.dumps(site(*changes)).encode(), "site.json")
    return albdoctor.judge(facts)


def of(raw: Raw, group: str) -> Any:
    """A group of facts that is known."""
    return raw[group]["value"]


def every(*changes: Change) -> Change:
    """Several changes as one."""

    def make(raw: Raw) -> None:
        for change in changes:
            change(raw)

    return make


def nothing(raw: Raw) -> None:
    """Change nothing."""


def lacks(group: str, gap: str = "denied", asked: str = "x", detail: str = "") -> Change:
    """A group of facts that could not be seen."""

    def make(raw: Raw) -> None:
        raw[group] = {"state": "unknown", "gap": gap, "asked": asked, "detail": detail}

    return make


def group_arn(name: str) -> str:
    """The ARN of a target group of the tests."""
    return f"{ARN}:targetgroup/{name}/{hash_of(name):016x}"


def hash_of(name: str) -> int:
    """A number that is the same in every run."""
    total = 0
    for letter in name:
        total = (total * 31 + ord(letter)) % (1 << 60)
    return total


def first(things: Iterable[Any], **wanted: str) -> Any:
    """The first thing with these members."""
    return next(one for one in things if all(one.get(key) == value for key, value in wanted.items()))
