"""Change batches: a record that leads somewhere else keeps everything else that it said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.derive.dns.changes import to_balancer
from albdoctor.facts.route53 import ResourceRecordSet
from tests.support.build import balancer
from tests.support.build_dns import record_set


def written(record: ResourceRecordSet) -> dict[str, Any]:
    (change,) = json.loads(to_balancer((record,), balancer()))["Changes"]
    target: dict[str, Any] = change["ResourceRecordSet"]["AliasTarget"]
    return target


@pytest.mark.parametrize("evaluates", [True, False])
def test_an_alias_keeps_whether_it_follows_health(evaluates: bool) -> None:
    old = record_set(alias="dualstack.old-1.ap-northeast-2.elb.amazonaws.com")
    assert old.alias_target is not None
    old = replace(old, alias_target=replace(old.alias_target, evaluate_target_health=evaluates))
    assert written(old)["EvaluateTargetHealth"] is evaluates


def test_addresses_that_become_an_alias_do_not_follow_health() -> None:
    assert written(record_set("shop.example", "A", "203.0.113.1"))["EvaluateTargetHealth"] is False
