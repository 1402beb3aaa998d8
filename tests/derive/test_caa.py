"""Whether CAA records let Amazon issue: RFC 8659 and RFC 8657, a case for each sentence that matters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from albdoctor.derive.certificate.caa import PARAMETERS_BIND, Bar, bar
from albdoctor.facts.dns import CaaSet

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NAME, WILD = "shop.example", "*.shop.example"
OPEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "no records": (NAME, ()),
    "Amazon": (NAME, ('0 issue "amazon.com"',)),
    "Amazon, older names": (NAME, ('0 issue "awstrust.com"',)),
    "Amazon, in capitals and with a dot": (NAME, ('0 Issue "Amazon.Com."',)),
    "Amazon beside another": (NAME, ('0 issue "letsencrypt.org"', '0 issue "amazontrust.com"')),
    "Amazon beside nobody": (NAME, ('0 issue ";"', '0 issue "amazonaws.com"')),
    "mail addresses only": (NAME, ('0 iodef "mailto:x@shop.example"',)),
    "wildcards only, and a plain name": (NAME, ('0 issuewild ";"',)),
    "mail certificates only": (WILD, ('0 issuemail "digicert.com"',)),
    "issue rules wildcards where issuewild is absent": (WILD, ('0 issue "amazon.com"',)),
    "issuewild alone rules wildcards": (WILD, ('0 issue ";"', '0 issuewild "amazon.com"')),
    "critical, and known": (NAME, ('128 issue "amazon.com"',)),
    "unknown, and not critical": (NAME, ('0 mine "x"',)),
    "parameters, before they bind": (NAME, ('0 issue "amazon.com; validationmethods=http-01"',)),
}
SHUT: dict[str, tuple[str, tuple[str, ...], Bar]] = {
    "another": (NAME, ('0 issue "letsencrypt.org"',), Bar.ISSUE),
    "nobody": (NAME, ('0 issue ";"',), Bar.ISSUE),
    "an empty value": (NAME, ('0 issue ""',), Bar.ISSUE),
    "a name that only ends like Amazon's": (NAME, ('0 issue "notamazon.com"',), Bar.ISSUE),
    "another, for a wildcard": (WILD, ('0 issue "letsencrypt.org"',), Bar.ISSUE),
    "wildcards": (WILD, ('0 issue "amazon.com"', '0 issuewild ";"'), Bar.WILDCARD),
    "wildcards by another": (WILD, ('0 issuewild "letsencrypt.org"',), Bar.WILDCARD),
    "critical, and unknown": (NAME, ('0 issue "amazon.com"', '128 mine "x"'), Bar.UNKNOWN_PROPERTY),
}
NARROW = {
    "dns-01": None,
    "HTTP-01, DNS-01": None,
    "ca-tbr-7": None,
    "http-01": Bar.PARAMETERS,
    "": Bar.PARAMETERS,
}


@pytest.mark.parametrize("case", OPEN)
def test_amazon_may_issue(case: str) -> None:
    name, records = OPEN[case]
    assert bar(CaaSet(name=name, found_at=NAME, records=records), NOW) is None


@pytest.mark.parametrize("case", SHUT)
def test_amazon_may_not_issue(case: str) -> None:
    name, records, why = SHUT[case]
    assert bar(CaaSet(name=name, found_at=NAME, records=records), NOW) is why


@pytest.mark.parametrize("methods", NARROW)
def test_methods_of_validation_bind_from_a_known_day_on(methods: str) -> None:
    records = (f'0 issue "amazon.com; validationmethods={methods}"',)
    assert bar(CaaSet(name=NAME, found_at=NAME, records=records), PARAMETERS_BIND) is NARROW[methods]


def test_an_account_excludes_acm_unless_another_record_names_amazon_without_one() -> None:
    account = '0 issue "amazon.com; accounturi=https://acme.example/1"'
    alone = CaaSet(name=NAME, found_at=NAME, records=(account,))
    assert bar(alone, NOW) is None
    assert bar(alone, PARAMETERS_BIND) is Bar.PARAMETERS
    beside = CaaSet(name=NAME, found_at=NAME, records=(account, '0 issue "amazon.com"'))
    assert bar(beside, PARAMETERS_BIND) is None
