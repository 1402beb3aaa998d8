"""Data of DNS records without saying whose, by type (presentation format, RFC 1035 section 5)."""

from __future__ import annotations

import re

from albdoctor.facts.numbers import has_digits_only
from albdoctor.redact.addresses import Addresses
from albdoctor.redact.names import Names, Numbers, words

ISSUERS = words(
    "amazon.com amazontrust.com awstrust.com amazonaws.com letsencrypt.org digicert.com sectigo.com comodoca.com"
    " globalsign.com pki.goog godaddy.com ssl.com zerossl.com entrust.net buypass.com certum.pl"
)
"""Names by which public authorities look for themselves in CAA records."""
CAA_TAGS = words("issuevmc contactemail contactphone auth path policy")
"""Further properties that IANA lists (https://www.iana.org/assignments/pkix-parameters)."""
METHOD = re.compile(r"(dns|http|tls-alpn|email|dns-account|dns-persist)-01|ca-(tbr|smime)-\d{1,2}")
"""A method of validation in a CAA record (RFC 8657 section 4; CA/Browser Forum's Baseline Requirements 3.2.2.4)."""
NAMED = ("NS", "CNAME", "PTR", "DNAME", "MX", "SRV", "SOA", "AFSDB", "KX")
POLICIES = ("v=spf1", "v=DMARC1", "v=DKIM1")


class Records:
    """The map of record data."""

    def __init__(self, numbers: Numbers, names: Names, addresses: Addresses) -> None:
        """Take the maps that record data shares with everything else."""
        self._numbers, self._names, self._addresses = numbers, names, addresses

    def data(self, type_: str, text: str) -> str:
        """The data of one record of a type."""
        if type_ in ("A", "AAAA"):
            return self._addresses.of(text) or self._numbers.text("data", text)
        if type_ in NAMED:
            return " ".join(word if has_digits_only(word) else self._names.of(word) for word in text.split())
        if type_ == "CAA":
            return self.caa(text)
        if type_ in ("DS", "CDS", "TLSA"):
            return self.ds(text)
        policy = next((one for one in POLICIES if text.strip('"').startswith(one)), "")
        made = self._numbers.text("data", text)
        return f'"{policy} {made}"'.replace(" ", "" if not policy else " ") if type_ in ("TXT", "SPF") else made

    def caa(self, text: str) -> str:
        """A CAA record (RFC 8659): public authorities stay, mail addresses and accounts do not."""
        flags, _, rest = text.partition(" ")
        tag, _, value = rest.partition(" ")
        value = value.strip().strip('"')
        if not has_digits_only(flags) or not tag.isalnum():
            return self._numbers.text("data", text)
        if tag.lower() not in ("issue", "issuewild", "iodef", "issuemail"):
            kept = tag if tag.lower() in CAA_TAGS else f"tag{self._numbers.of('tag', tag.lower())}"
            return f'{flags} {kept} "{self._numbers.text("data", value)}"'
        if tag.lower() == "iodef":
            return f'{flags} {tag} "mailto:{self._numbers.text("user", value)}"'
        issuer, *parameters = (part.strip() for part in value.split(";"))
        kept = issuer if not issuer or issuer.lower() in ISSUERS else self._names.of(issuer)
        told = "".join(f"; {self._parameter(one)}" for one in parameters if one)
        return f'{flags} {tag} "{kept or ";"}{told if kept else ""}"'

    def _parameter(self, text: str) -> str:
        """A parameter of a CAA record (RFC 8657): the methods of validation stay, an account does not."""
        name, _, value = (part.strip() for part in text.partition("="))
        if name.lower() not in ("accounturi", "validationmethods"):
            return f"{self._numbers.text('user', name)}={self._numbers.text('user', value)}"
        methods = value.lower().split(",")
        known = name.lower() == "validationmethods" and all(METHOD.fullmatch(one.strip()) for one in methods)
        return f"{name}={value if known else self._numbers.text('user', value)}"

    def ds(self, text: str) -> str:
        """A DS record: its algorithms stay, key tag and digest are counted."""
        parts = text.split()
        if len(parts) < 4 or not all(has_digits_only(part) for part in parts[:3]):
            return self._numbers.text("data", text)
        digest = "".join(parts[3:])
        number = self._numbers.of("digest", digest.lower())
        return f"{self.key_tag(parts[0])} {parts[1]} {parts[2]} {number:0{len(digest)}x}"

    def key_tag(self, text: str) -> str:
        """The tag of a key: the same in its DS record, in the key and in its signatures."""
        return str(self._numbers.of("key tag", text)) if text else ""
