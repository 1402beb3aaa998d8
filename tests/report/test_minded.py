"""What must be minded of a fix that moves traffic is read before its steps, a list in it line by line."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from albdoctor.facts.dns import ServedRecords
from albdoctor.judging import judge
from albdoctor.report import terminal
from tests.support.build import balancer, facts
from tests.support.build_dns import DOMAIN, GABIA, answer, delegation, records, route53_domain, zone

MAIL = answer("10 mail.example", question=DOMAIN, type_="MX")
BASE: dict[str, Any] = {
    "delegation": delegation(*GABIA),
    "hosted_zones": (zone(),),
    "load_balancers": (balancer(),),
    "served_records": ServedRecords(domain=DOMAIN, answers=(MAIL,)),
    "record_sets": (records(),),
}


@pytest.mark.parametrize(
    ("more", "step"),
    [({}, "ns-1.awsdns-01.com\n"), ({"registered_domains": (route53_domain(),)}, "aws route53domains update-domain")],
)
def test_lost_records_stand_before_the_steps(more: dict[str, Any], step: str) -> None:
    page = StringIO()
    terminal.write(judge(facts(**(BASE | more))), page)
    text = page.getvalue()
    fix = text[text.index("Set the name servers of shop.example") :]
    listed = [line.strip() for line in fix[: fix.index(step)].splitlines()]
    assert "- shop.example MX 10 mail.example" in listed
