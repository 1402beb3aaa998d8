"""Rows of the path: what could not be seen is never drawn as absent."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.scene import scene_of
from albdoctor.facts.mirror import Lack, lacking
from albdoctor.facts.snapshot import Facts
from albdoctor.report.path import PathRow, rows
from tests.support.build import balancer, facts, group, listener
from tests.support.build_dns import CERTIFICATE_ARN, certificate, denied

FAR = certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"))
DENIED = denied("acm:ListCertificates")


def rows_of(seen: Facts) -> tuple[PathRow, ...]:
    return rows(seen, scene_of(seen))


SEOUL = f"{CERTIFICATE_ARN.rsplit('/', 1)[-1][:8]}, shop.example, ISSUED, ap-northeast-2"
VIRGINIA = SEOUL.replace("ap-northeast-2", "us-east-1")
UNSEEN = "could not be seen: denied, acm:ListCertificates"


@pytest.mark.parametrize(
    ("here", "elsewhere", "told"),
    [
        ((certificate(),), (FAR,), [SEOUL, VIRGINIA]),
        ((certificate(),), DENIED, [SEOUL]),
        ((FAR,), (FAR,), [VIRGINIA]),
        ((), (FAR,), [VIRGINIA]),
        ((), (), ["none for shop.example"]),
        ((), DENIED, [UNSEEN]),
        (DENIED, (), [UNSEEN]),
    ],
)
def test_certificates_of_all_regions(here: Any, elsewhere: Any, told: list[str]) -> None:
    drawn = rows_of(facts(certificates=here, certificates_elsewhere=elsewhere))
    assert [row.saw.en for row in drawn if row.stage == "certificate"] == told


LISTENERS = "could not be seen: failed, elasticloadbalancing:DescribeListeners"
NO_HTTPS = "none on port 443 of web"


def without(thing: Any, member: str) -> Any:
    return lacking(thing, (Lack(member=member, asked="elasticloadbalancing:DescribeListeners"),))


@pytest.mark.parametrize(
    ("listeners", "told"),
    [
        ((listener(80),), ["HTTP:80 → redirect", NO_HTTPS]),
        ((listener(80), without(listener(443), "Protocol")), ["HTTP:80 → redirect", LISTENERS]),
        # Nobody knows whether it is the one on port 443, or whose it is.
        ((listener(80), without(listener(443), "Port")), [LISTENERS, "HTTP:80 → redirect"]),
        ((listener(80), without(listener(443), "LoadBalancerArn")), ["HTTP:80 → redirect", "HTTPS:443 → web-http"]),
        (
            (listener(80), without(listener(8080), "LoadBalancerArn")),
            ["HTTP:80 → redirect", "HTTP:8080 → redirect", NO_HTTPS],
        ),
    ],
)
def test_a_listener_that_lacks_something_is_drawn_as_not_seen_and_never_as_none(
    listeners: Any, told: list[str]
) -> None:
    drawn = rows_of(facts(load_balancers=(balancer(),), listeners=listeners, target_groups=(group(),)))
    assert [row.saw.en for row in drawn if row.label.en == "listener"] == told
