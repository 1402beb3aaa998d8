"""Whose name servers these are, in a provider's own name."""

from __future__ import annotations

import pytest

from albdoctor.derive.dns.serving import provider_of
from tests.support.build_dns import GABIA, OTHERS


@pytest.mark.parametrize(
    ("names", "provider"),
    [
        (OTHERS, "Amazon Route 53"),
        (GABIA, "Gabia"),
        (("amy.ns.cloudflare.com", "bob.ns.cloudflare.com"), "Cloudflare"),
        (("ns-cloud-a1.googledomains.com", "ns-cloud-a2.googledomains.com"), "Google Cloud DNS"),
        (("ns1-05.azure-dns.com", "ns2-05.azure-dns.net"), "Azure DNS"),
        (("a.ns.example",), ""),
        (("amy.ns.cloudflare.com", "a.ns.example"), ""),
        ((), ""),
    ],
)
def test_a_provider_is_known_by_its_servers(names: tuple[str, ...], provider: str) -> None:
    assert provider_of(names) == provider
