"""What a policy needs to be seen is known before a check is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from albdoctor.checkup import registry
from albdoctor.errors import UnknownCheckError
from albdoctor.facts.snapshot import CARDS
from albdoctor.lab.verify import Proof, allowed, never_asked
from albdoctor.policy import Policy, groups_for


def test_the_cards_name_the_groups_that_no_check_reads() -> None:
    assert Policy().groups() == groups_for(registry.load())
    assert {card.name for card in CARDS.values() if card.unread} == CARDS.keys() - groups_for(registry.load())


def test_a_selection_is_asked_for_alone() -> None:
    assert Policy(select=("ALB401",)).groups() == groups_for(Policy(select=("ALB401",)).checks())
    assert Policy(ignore=("domain",)).groups() == groups_for(Policy(ignore=("domain",)).checks())


def test_an_unknown_check_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(UnknownCheckError):
        Policy(ignore=("no-such-check",)).groups()


FOREIGN = """
from albdoctor.checkup import ERROR, Fix, check, found
from albdoctor.facts.ec2 import Vpcs
from albdoctor.text import Text

@check(id="ALB901", slug="vpc-of-ours", severity=ERROR, since="0.1", message=Text(en="{id}", ko="{id}"),
       why=Text(en="a", ko="a"), fixes=(Fix(summary=Text(en="a", ko="a"), by_hand=Text(en="a", ko="a")),))
def vpc_of_ours(vpcs: Vpcs):
    '''Yield every VPC.'''
    for vpc in vpcs:
        yield found(vpc.ref, saw="x", id=vpc.vpc_id)

def checks():
    return (vpc_of_ours,)
"""
ASKED = "from albdoctor.policy import Policy; print('vpcs' in Policy().groups())"


def test_what_only_a_check_of_somebody_elses_reads_is_asked(tmp_path: Path) -> None:
    (tmp_path / "foreign_checks.py").write_text(FOREIGN)
    info = tmp_path / "foreign_checks-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign-checks\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[albdoctor.checks]\nforeign = foreign_checks:checks\n")
    run = (sys.executable, "-c", f"import sys; sys.path.append({str(tmp_path)!r}); {ASKED}")
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_loading_in_steps_loads_everything() -> None:
    steps = "from albdoctor.checkup import registry; import sys; n = sum(1 for _ in registry.loading()); "
    run = (sys.executable, "-c", f"{steps}print(n > 100, registry.loaded.cache_info().currsize)")
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("True 1\n", "")


def test_what_is_checked_beside_an_action_is_asked_for_with_it() -> None:
    every = allowed(("--inspect-hosts",))

    def left(*missing: str) -> tuple[str, ...]:
        return never_asked([Proof(scenario="x", complaints=(), seconds=0.0, asked=tuple(every - {*missing}))])

    assert left("wafv2:GetWebACL") == ()
    assert left("wafv2:GetWebACL", "wafv2:GetWebACLForResource") == ("wafv2:GetWebACL", "wafv2:GetWebACLForResource")
    assert left("ec2:DescribeInstances") == ("ec2:DescribeInstances",)
