"""Records of a DNS message as the facts have them."""

from __future__ import annotations

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from albdoctor.facts.dns import Record

RECORDS = 300
"""Records of one section that are kept: more than any honest answer holds."""

DATA_CHARACTERS = 1_024
"""Of one record's data: a key or a TXT value of 4,096 bits has some 750. The rest is cut, the same for every server."""
SECTION_CHARACTERS = 16_384
"""Of all data of one section; the 20 keys of a root zone in change have some 8,000."""

LISTS = frozenset({"NSEC", "NSEC3", "CSYNC"})
"""Types whose data lists types by bits: a byte on the wire is eight words, and 8 kB take half a second to write."""
LIST_BYTES = 256
"""Of such data are written out; an honest list is of one window, some 40 bytes. More stays as RFC 3597 writes it."""

# Fields of record data that are names: lower case without the final dot, as everywhere in the facts.
NAME_FIELDS = {
    "NS": ("target",),
    "CNAME": ("target",),
    "DNAME": ("target",),
    "PTR": ("target",),
    "SOA": ("mname", "rname"),
    "MX": ("exchange",),
    "SRV": ("target",),
    "RRSIG": ("signer",),
    "NSEC": ("next",),
    "SVCB": ("target",),
    "HTTPS": ("target",),
}


def records_of(section: list[dns.rrset.RRset]) -> tuple[Record, ...]:
    """Write the records of a section down, at most `RECORDS` of them and so many characters; only class IN is read."""
    found: list[Record] = []
    left = SECTION_CHARACTERS
    for rrset in section:
        if rrset.rdclass != dns.rdataclass.IN:
            continue
        type_ = dns.rdatatype.to_text(rrset.rdtype)
        name = _name_text(rrset.name)
        for rdata in list[dns.rdata.Rdata](rrset):
            data = _data(rdata, type_)[:DATA_CHARACTERS]
            left -= len(data)
            if len(found) == RECORDS or left < 0:
                return tuple(found)
            found.append(Record(name=name, type=type_, ttl=rrset.ttl, data=data))
    return tuple(found)


def _data(rdata: dns.rdata.Rdata, type_: str) -> str:
    if type_ in LISTS and len(wire := rdata.to_wire() or b"") > LIST_BYTES:
        return f"\\# {len(wire)} {wire[:DATA_CHARACTERS].hex()}"
    fields = NAME_FIELDS.get(type_)
    if fields is None:
        return rdata.to_text()
    written: dict[str, dns.name.Name] = {field: getattr(rdata, field) for field in fields}
    lower = {field: name.canonicalize() for field, name in written.items()}
    if any(name.labels != written[field].labels for field, name in lower.items()):
        rdata = rdata.replace(**lower)
    # Written relative to the root, names lose the final dot; the root itself becomes "@".
    text = rdata.to_text(origin=dns.name.root, relativize=True)
    return " ".join("." if word == "@" else word for word in text.split(" "))


def _name_text(name: dns.name.Name) -> str:
    """Write a name: lower case, no final dot, the root as "."."""
    return name.canonicalize().to_text(omit_final_dot=name != dns.name.root)
