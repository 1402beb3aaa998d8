"""Reads what the user wrote as `--domain`: a host name or a URL, in any script, or one clear refusal."""

from __future__ import annotations

import ipaddress
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec import Struct

from albdoctor.errors import BadOptionError
from albdoctor.facts.numbers import has_digits_only
from albdoctor.facts.partitions import SUFFIXES

LONGEST_TEXT = 4096
LONGEST_NAME = 253
"""Characters of a host name as A-labels (RFC 1035 section 2.3.4)."""
LONGEST_LABEL = 63
AWS_SUFFIXES = (
    *(f".{suffix}" for suffix in SUFFIXES),
    ".awsglobalaccelerator.com",
    ".cloudfront.net",
    ".cloudfront.cn",
    ".elasticbeanstalk.com",
    ".elasticbeanstalk.com.cn",
)
MARK = b"// ==="
"""How the lines of the public suffix list begin between which the rules of one section are."""
FULL_STOPS = str.maketrans({"。": ".", "．": ".", "｡": "."})
"""The other full stops that people type between labels (UTS 46 section 2.3)."""


class AskedDomain(Struct, frozen=True, kw_only=True):
    """What is to be scanned."""

    domain: str
    """As the user meant it: lower case, U-labels kept."""
    host: str
    """A-labels, lower case, no final dot."""
    registrable: str
    """One label under an ICANN public suffix, A-labels."""
    path: str | None = None
    """Path of the URL, percent-encoded; None: the user gave none. A query or fragment is left out."""


def asked_domain(text: str) -> AskedDomain:
    """Read a host name or an http(s) URL; anything else is a `BadOptionError` of one sentence."""
    if not text.strip():
        raise BadOptionError("the domain is empty")
    if len(text) > LONGEST_TEXT:
        raise BadOptionError(f"the domain is too long: {len(text)} characters")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise BadOptionError(f"{_shown(text)} has a control character in it")
    written, path = _split(text.strip())
    name = written.translate(FULL_STOPS).removesuffix(".")
    _refuse_address(name)
    domain, host = _encoded(name)
    # Full-width digits and the like are digits only now.
    _refuse_address(host)
    if host.endswith(AWS_SUFFIXES):
        raise BadOptionError(f"{host} is AWS's own name; scan the domain that should lead to it")
    return AskedDomain(domain=domain, host=host, registrable=_registrable(host), path=path)


def _split(text: str) -> tuple[str, str | None]:
    """Separate host and path."""
    if "://" not in text:
        return _plain_host(text), None
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise BadOptionError(f"{_shown(text)} is no URL") from None
    if url.scheme not in {"http", "https"}:
        raise BadOptionError(f"{_shown(text)} is no http or https URL")
    if "@" in url.netloc:
        raise BadOptionError("a URL with a user name or password cannot be scanned; leave out what stands before the @")
    if port is not None or url.netloc.endswith(":"):
        raise BadOptionError(f"{_shown(text)} names a port; ports 80 and 443 are scanned, leave it out")
    if not host:
        raise BadOptionError(f"{_shown(text)} has no host name")
    if any(character.isspace() for character in url.path):
        raise BadOptionError(f"{_shown(text)} has a space in its path; write it as %20")
    return host, quote(url.path, safe="/%!$&'()*+,;=:@-._~") or None


def _plain_host(text: str) -> str:
    if "/" in text:
        raise BadOptionError(f"{_shown(text)} is no host name; for a path write https:// before it")
    if "@" in text:
        raise BadOptionError(f"{_shown(text)} looks like a mail address; give the host name alone")
    host, colon, port = text.rpartition(":")
    if colon and ":" not in host and has_digits_only(port):
        raise BadOptionError(f"{_shown(text)} names a port; ports 80 and 443 are scanned, leave it out")
    return text


def _refuse_address(name: str) -> None:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        # Browsers read a name whose last label is a number as an IPv4 address, or refuse it.
        if not has_digits_only(name.rpartition(".")[2]):
            return
    raise BadOptionError(f"{_shown(name)} is an IP address; give the domain name that people type")


def _encoded(name: str) -> tuple[str, str]:
    """Give the name with U-labels kept, and as A-labels (IDNA 2008 with the mapping of UTS 46)."""
    import idna

    if not name:
        raise BadOptionError("the domain is empty")
    if any(not label for label in name.split(".")):
        raise BadOptionError(f"{_shown(name)} has an empty label (two dots in a row, or a dot in front)")
    if name.isascii():
        _refuse_long(name.lower())
    try:
        domain = idna.uts46_remap(name, std3_rules=True, transitional=False)
        host = ".".join(_label(label) for label in domain.split("."))
    except (idna.IDNAError, UnicodeError) as error:
        why = " ".join(str(error).split())
        raise BadOptionError(f"{_shown(name)} is no valid host name: {why}") from None
    _refuse_long(host)
    return domain, host


def _label(label: str) -> str:
    import idna

    if label.isascii() and not label.startswith("xn--"):
        # Plain labels by the rules of host names (RFC 1123), which allow "r3---x" where IDNA does not.
        if not label.replace("-", "").isalnum() or label.startswith("-") or label.endswith("-"):
            raise idna.IDNAError(f"label {label[:LONGEST_LABEL]!r} may have letters, digits and inner hyphens only")
        return label
    return idna.alabel(label).decode("ascii")


def _refuse_long(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise BadOptionError(f"{_shown(name)} is too long: a host name has at most {LONGEST_NAME} characters")
    if any(len(label) > LONGEST_LABEL for label in name.split(".")):
        raise BadOptionError(f"{_shown(name)} has a label of more than {LONGEST_LABEL} characters")


@cache
def _suffixes(tld: str) -> Any:  # noqa: ANN401 - the library is loaded only when it is needed
    """The public suffixes under one top-level domain (A-label): to parse all ten thousand takes 30 ms."""
    import idna
    from publicsuffixlist import PSLFILE, PublicSuffixList

    try:
        spelled = dict.fromkeys((tld, idna.decode(tld)))
    except idna.IDNAError:  # no such TLD: no rule either
        spelled = dict.fromkeys((tld,))
    ends = tuple(f".{name}".encode() for name in spelled)
    # The marks around the section of ICANN's rules stay.
    lines = Path(PSLFILE).read_bytes().splitlines()
    return PublicSuffixList(
        [line for line in lines if line.startswith(MARK) or (b"." + line).endswith(ends)], only_icann=True
    )


def _registrable(host: str) -> str:
    """Find the registrable domain; a TLD that the list does not know counts as a public suffix."""
    if "." not in host:
        raise BadOptionError(f"{host} is a single label; give a domain such as {host}.com")
    found = _suffixes(host.rpartition(".")[2]).privatesuffix(host)
    if not found:
        raise BadOptionError(f"{host} is a public suffix under which others register; give a domain under it")
    return str(found)


def _shown(text: str) -> str:
    """Quote the user's words, shortened, with nothing in them that a terminal would obey."""
    return ascii(text[:60] + "...") if len(text) > 60 else repr(text)
