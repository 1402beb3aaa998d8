"""Reads a file of trust anchors: DS or DNSKEY records of the root, in the form of zone files."""

from __future__ import annotations

import dns.exception
import dns.name
import dns.rdata
import dns.rdatatype
import dns.zonefile
from dns.dnssectypes import DSDigest
from dns.rdtypes.ANY.DNSKEY import DNSKEY

UNREAD = (dns.exception.DNSException, ValueError)
"""What a file raises that holds something else; a `ValueError` also where it holds no anchor."""


def anchors_in(text: str) -> tuple[str, ...]:
    """Give the DS records of the root's keys; of a key its DS record is made (RFC 4034 section 5.1.4)."""
    found: list[str] = []
    records = dns.zonefile.read_rrsets(text, rdclass=None, default_ttl=0, relativize=False, origin=dns.name.root)
    for records_of_one in records:
        if records_of_one.name != dns.name.root:
            raise ValueError(f"{records_of_one.name} IN {dns.rdatatype.to_text(records_of_one.rdtype)}")
        for data in list[dns.rdata.Rdata](records_of_one):
            if isinstance(data, DNSKEY):
                from dns.dnssec import make_ds  # takes long to load, and DS records need none of it

                found.append(make_ds(dns.name.root, data, DSDigest.SHA256).to_text())
            elif records_of_one.rdtype == dns.rdatatype.DS:
                found.append(data.to_text())
            else:
                raise ValueError(f". IN {dns.rdatatype.to_text(records_of_one.rdtype)}")
    if not found:
        raise ValueError("0 records")
    return tuple(found)
