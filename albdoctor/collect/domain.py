"""Reads what the user wrote as `--domain`: a host name or a URL, in any script, or one clear refusal."""

from __future__ import annotations

import ipaddress
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec import Struct

from albdoctor.derive.names import SOLD_UNDER
from albdoctor.errors import BadOptionError, quoted
from albdoctor.facts.numbers import has_digits_only
from albdoctor.facts.partitions import SUFFIXES
from albdoctor.text import Text

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

EMPTY = Text(en="the domain is empty", ko="도메인이 비어 있습니다")
OWN_NAME = Text(
    en="{host} is AWS's own name; scan the domain that should lead to it",
    ko="{host}: AWS가 부여한 이름입니다. 그 이름을 가리키는 도메인을 지정하세요",
)
WITH_USER = Text(
    en="a URL with a user name or password cannot be scanned; leave out what stands before the @",
    ko="사용자 이름이나 암호가 있는 URL은 스캔할 수 없습니다. @ 앞부분을 빼세요",
)
WITH_PORT = Text(
    en="{text} names a port; ports 80 and 443 are scanned, leave it out",
    ko="{text}: 포트를 빼세요. 80 포트와 443 포트를 스캔합니다",
)
WITH_PATH = Text(
    en="{text} is no host name; for a path write https:// before it",
    ko="{text}: 호스트 이름이 아닙니다. 경로를 쓰려면 앞에 https://를 붙이세요",
)
MAIL = Text(
    en="{text} looks like a mail address; give the host name alone",
    ko="{text}: 이메일 주소로 보입니다. 호스트 이름만 지정하세요",
)
ADDRESS = Text(
    en="{name} is an IP address; give the domain name that people type",
    ko="{name}: IP 주소입니다. 방문자가 입력하는 도메인 이름을 지정하세요",
)
EMPTY_LABEL = Text(
    en="{name} has an empty label (two dots in a row, or a dot in front)",
    ko="{name}: 빈 레이블이 있습니다(점이 연달아 있거나 맨 앞에 있음)",
)
INVALID = Text(en="{name} is no valid host name: {why}", ko="{name}: 올바른 호스트 이름이 아닙니다: {why}")
LONG_NAME = Text(
    en="{name} is too long: a host name has at most {most} characters",
    ko="{name}: 너무 깁니다. 호스트 이름은 최대 {most}자입니다",
)
LONG_LABEL = Text(
    en="{name} has a label of more than {most} characters", ko="{name}: 레이블 하나가 {most}자를 넘습니다"
)
SINGLE_LABEL = Text(
    en="{host} is a single label; give a domain such as {host}.com",
    ko="{host}: 레이블이 하나뿐입니다. {host}.com 같은 도메인을 지정하세요",
)
SUFFIX = Text(
    en="{host} is a public suffix under which others register; give a domain under it",
    ko="{host}: 누구나 그 아래에 도메인을 등록하는 공용 접미사입니다. 그 아래의 도메인을 지정하세요",
)


class AskedDomain(Struct, frozen=True, kw_only=True):
    """What is to be scanned."""

    domain: str
    """As the user meant it: lower case, U-labels kept."""
    host: str
    """A-labels, lower case, no final dot."""
    registrable: str
    """One label under an ICANN public suffix, or under a domain where names are sold as under one; A-labels."""
    path: str | None = None
    """Path of the URL, percent-encoded; None: the user gave none. A query or fragment is left out."""


def asked_domain(text: str) -> AskedDomain:
    """Read a host name or an http(s) URL; anything else is a `BadOptionError` of one sentence."""
    if not text.strip():
        raise BadOptionError(EMPTY)
    if len(text) > LONGEST_TEXT:
        raise BadOptionError(
            Text(en="the domain is too long: {count} characters", ko="도메인이 너무 깁니다: {count}자"), count=len(text)
        )
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise BadOptionError(
            Text(en="{text} has a control character in it", ko="{text} 안에 제어 문자가 있습니다"), text=_shown(text)
        )
    written, path = _split(text.strip())
    name = written.translate(FULL_STOPS).removesuffix(".")
    _refuse_address(name)
    domain, host = _encoded(name)
    # Full-width digits and the like are digits only now.
    _refuse_address(host)
    if host.endswith(AWS_SUFFIXES):
        raise BadOptionError(OWN_NAME, host=host)
    return AskedDomain(domain=domain, host=host, registrable=_registrable(host), path=path)


def _split(text: str) -> tuple[str, str | None]:
    """Separate host and path."""
    if "://" not in text:
        return _plain_host(text), None
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise BadOptionError(Text(en="{text} is no URL", ko="{text}: URL이 아닙니다"), text=_shown(text)) from None
    if url.scheme not in {"http", "https"}:
        raise BadOptionError(
            Text(en="{text} is no http or https URL", ko="{text}: http 또는 https URL이 아닙니다"), text=_shown(text)
        )
    if "@" in url.netloc:
        raise BadOptionError(WITH_USER)
    if port is not None or url.netloc.endswith(":"):
        raise BadOptionError(WITH_PORT, text=_shown(text))
    if not host:
        raise BadOptionError(
            Text(en="{text} has no host name", ko="{text} 안에 호스트 이름이 없습니다"), text=_shown(text)
        )
    if any(character.isspace() for character in url.path):
        raise BadOptionError(
            Text(
                en="{text} has a space in its path; write it as %20",
                ko="{text}: 경로에 공백이 있습니다. %20으로 쓰세요",
            ),
            text=_shown(text),
        )
    return host, quote(url.path, safe="/%!$&'()*+,;=:@-._~") or None


def _plain_host(text: str) -> str:
    if "/" in text:
        raise BadOptionError(WITH_PATH, text=_shown(text))
    if "@" in text:
        raise BadOptionError(MAIL, text=_shown(text))
    host, colon, port = text.rpartition(":")
    if colon and ":" not in host and has_digits_only(port):
        raise BadOptionError(WITH_PORT, text=_shown(text))
    return text


def _refuse_address(name: str) -> None:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        # Browsers read a name whose last label is a number as an IPv4 address, or refuse it.
        if not has_digits_only(name.rpartition(".")[2]):
            return
    raise BadOptionError(ADDRESS, name=_shown(name))


def _encoded(name: str) -> tuple[str, str]:
    """Give the name with U-labels kept, and as A-labels (IDNA 2008 with the mapping of UTS 46)."""
    import idna

    if not name:
        raise BadOptionError(EMPTY)
    if any(not label for label in name.split(".")):
        raise BadOptionError(EMPTY_LABEL, name=_shown(name))
    if name.isascii():
        _refuse_long(name.lower())
    try:
        domain = idna.uts46_remap(name, std3_rules=False, transitional=False)
        host = ".".join(_label(label) for label in domain.split("."))
    except (idna.IDNAError, UnicodeError) as error:
        why = " ".join(str(error).split())
        raise BadOptionError(INVALID, name=_shown(name), why=quoted(why)) from None
    _refuse_long(host)
    return domain, host


def _label(label: str) -> str:
    import idna

    if label.isascii() and not label.startswith("xn--"):
        # Plain labels by the rules of host names (RFC 1123), which allow "r3---x" where IDNA does not; and underscores,
        # which browsers ask for and a wildcard's certificate covers.
        if not label.replace("-", "").replace("_", "").isalnum() or label.startswith("-") or label.endswith("-"):
            raise idna.IDNAError(f"label {label[:LONGEST_LABEL]!r} may have letters, digits and inner hyphens only")
        return label
    return idna.alabel(label).decode("ascii")


def _refuse_long(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise BadOptionError(LONG_NAME, name=_shown(name), most=LONGEST_NAME)
    if any(len(label) > LONGEST_LABEL for label in name.split(".")):
        raise BadOptionError(LONG_LABEL, name=_shown(name), most=LONGEST_LABEL)


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
        raise BadOptionError(SINGLE_LABEL, host=host)
    found = _suffixes(host.rpartition(".")[2]).privatesuffix(host)
    if not found:
        raise BadOptionError(SUFFIX, host=host)
    below = host.removesuffix(f".{found}").rpartition(".")[2]
    return f"{below}.{found}" if found in SOLD_UNDER and host != found else str(found)


def _shown(text: str) -> str:
    """Quote the user's words, shortened, with nothing in them that a terminal would obey."""
    return ascii(text[:60] + "...") if len(text) > 60 else repr(text)
