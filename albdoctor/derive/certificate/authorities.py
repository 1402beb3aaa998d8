"""Certificate authorities whose roots browsers trust, by the organisation that their certificates name."""

from __future__ import annotations

import re

ORGANISATIONS = (
    "actalis",
    "amazon",
    "apple inc",
    "asseco data systems",
    "beijing certificate authority",
    "buypass",
    "certigna",
    "certsign",
    "chunghwa telecom",
    "comodo",
    "cloudflare",
    "d-trust",
    "deutsche telekom security",
    "dhimyotis",
    "digicert",
    "disig",
    "e-tugra",
    "entrust",
    "firmaprofesional",
    "gandi",
    "geotrust",
    "globalsign",
    "godaddy.com",
    "google trust services",
    "hellenic academic and research institutions",
    "identrust",
    "internet security research group",
    "let's encrypt",
    "microsec",
    "microsoft corporation",
    "netlock",
    "network solutions",
    "quovadis",
    "secom trust systems",
    "sectigo",
    "ssl corp",
    "starfield technologies",
    "swisssign",
    "taiwan-ca",
    "telia",
    "thawte",
    "the usertrust network",
    "trustasia",
    "trustwave",
    "unizeto",
    "wisekey",
    "wotrus",
    "zerossl",
)
"""Owners of roots, and of intermediates under them, in the Common CA Database (https://www.ccadb.org/resources); each
is the start of the `O` of an issuer's name."""
_KNOWN = re.compile(rf"(?:{'|'.join(map(re.escape, ORGANISATIONS))})(?![\w-])", re.IGNORECASE)
_ORGANISATION = re.compile(r"(?:^|(?<!\\)[,+])\s*O=(?P<name>(?:\\.|[^,+\\])*)")
"""`O` in an RFC 4514 name."""


def is_public(name: str) -> bool:
    """Whether an issuer's name (RFC 4514) is of an authority that browsers trust."""
    organisation = _ORGANISATION.search(name)
    return organisation is not None and is_authority(organisation["name"].replace("\\", ""))


def is_authority(organisation: str) -> bool:
    """Whether an organisation is one whose roots browsers trust."""
    return _KNOWN.match(organisation) is not None
