"""What instances told about their sockets is merged by instance; and no group of facts is forgotten in merging."""

from __future__ import annotations

from typing import Any

import msgspec

from albdoctor.facts.elb import How, Lead
from albdoctor.facts.groups import Whose
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.merge.snapshots import merge
from tests.support.build import BALANCER_ARN, NOW, REGION, balancer, facts
from tests.support.build_sockets import NOT_INSPECTED, on, silent_host


def shard(minute: int, sockets: Any) -> Facts:
    lead = Lead(how=How.ALIAS, name="shop.example", region=REGION, load_balancer_arn=BALANCER_ARN)
    seen = facts(leads=(lead,), load_balancers=(balancer(),), listening_sockets=sockets)
    return msgspec.structs.replace(seen, scan=msgspec.structs.replace(seen.scan, taken_at=NOW.replace(minute=minute)))


def test_every_group_of_facts_is_merged_somehow() -> None:
    """Whatever has rules of its own needs them in `merge/snapshots.py`."""
    own = {name for name, card in CARDS.items() if card.whose is Whose.OWN_RULES}
    assert own == {"identities", "leads", "probes"}


def test_a_later_scan_of_the_same_instances_counts() -> None:
    before, after = (on("127.0.0.1:80"),), (on("0.0.0.0:80"),)
    assert merge((shard(1, before), shard(2, after))).listening_sockets == Known(after)


def test_what_an_instance_told_is_not_lost_to_a_later_gap() -> None:
    told = merge((shard(1, (on("127.0.0.1:80"),)), shard(2, (silent_host(),)))).listening_sockets
    assert told == Known((on("127.0.0.1:80"),))


def test_a_scan_without_the_option_takes_nothing_away() -> None:
    sockets = (on("127.0.0.1:80"),)
    assert merge((shard(1, sockets), shard(2, NOT_INSPECTED))).listening_sockets == Known(sockets)
    assert merge((shard(1, NOT_INSPECTED), shard(2, NOT_INSPECTED))).listening_sockets == NOT_INSPECTED
    denied = Unknown(gap=Gap.DENIED, asked="ssm:SendCommand")
    assert merge((shard(1, denied), shard(2, NOT_INSPECTED))).listening_sockets == denied
