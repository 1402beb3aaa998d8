"""Which certificate of a listener a client may be shown, beside a plain model of what AWS says of SNI.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html: a certificate
whose names the client's name matches, the best of them for this client if there are several, else the default one.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from albdoctor.derive.certificate.coverage import entry_of, served_for
from albdoctor.facts.acm import Certificate
from tests.support.build import listener
from tests.support.build_dns import CERTIFICATE_ARN, certificate, on_listener

NAMES = ("b.c", "a.b.c", "*.b.c", "*.a.b.c", "www.b.c", "*.c", "d.c")
HOSTS = ("b.c", "a.b.c", "www.b.c", "x.a.b.c", "d.c", "e.f", "c")


def fits(name: str, host: str) -> bool:
    """Whether a name of a certificate is for a host: label by label, and * for the whole first one (RFC 9525)."""
    named, wanted = name.split("."), host.split(".")
    return len(named) == len(wanted) and all(
        one == other or (one == "*" and not place) for place, (one, other) in enumerate(zip(named, wanted, strict=True))
    )


def listed(names: list[list[str]]) -> tuple[Certificate, ...]:
    return tuple(certificate(*on_it, arn=f"{CERTIFICATE_ARN}-{number}") for number, on_it in enumerate(names))


SETS = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True), max_size=4)


@given(SETS, st.sampled_from(HOSTS), st.randoms(use_true_random=False))
def test_those_that_fit_else_the_default_one(names: list[list[str]], host: str, chance: Any) -> None:
    certificates = listed(names)
    entry = on_listener(*(one.certificate_arn for one in certificates))
    fitting = {one.certificate_arn for one in certificates if any(fits(name, host) for name in one.names)}
    shown = served_for(host, entry, certificates)
    assert len(set(shown)) == len(shown)
    assert {*shown} == (fitting or {one.certificate_arn for one in certificates[:1]})
    known = [*certificates, *listed([["b.c"]] * 5)[4:]]
    chance.shuffle(known)
    assert {*served_for(host, entry, tuple(known))} == {*shown}, "their order in ACM matters not"


@given(SETS, st.sampled_from(HOSTS))
def test_a_name_of_its_own_comes_before_a_wildcard(names: list[list[str]], host: str) -> None:
    certificates = listed(names)
    by_arn = {one.certificate_arn: one for one in certificates}
    shown = [host in by_arn[arn].names for arn in served_for(host, on_listener(*by_arn), certificates)]
    assert shown == sorted(shown, reverse=True)


def test_a_listener_whose_certificates_nobody_read_serves_what_nobody_knows() -> None:
    assert entry_of(listener(), ()).asked == "elasticloadbalancing:DescribeListenerCertificates"  # type: ignore[union-attr]
