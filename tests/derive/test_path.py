"""Rows of the path: what could not be seen is never drawn as absent."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.report.path import rows
from tests.support.build import facts
from tests.support.build_dns import CERTIFICATE_ARN, certificate, denied

FAR = certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"))
DENIED = denied("acm:ListCertificates")


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
    drawn = rows(facts(certificates=here, certificates_elsewhere=elsewhere))
    assert [row.saw.en for row in drawn if row.stage == "certificate"] == told
