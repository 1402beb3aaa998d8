"""Asks the registry's RDAP server (RFC 9082, 9083) about a domain."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from msgspec import Struct

from albdoctor.collect.libraries import http_loaded
from albdoctor.collect.options import Options
from albdoctor.collect.registry.place import NotPublicError
from albdoctor.collect.registry.whois_text import host_of, is_page, rdap_status, read_date
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.numbers import whole
from albdoctor.facts.registration import Registration

if TYPE_CHECKING:
    from albdoctor.collect.registry.rdap_http import Page

SERVERS = Path(__file__).parent / "data" / "rdap_servers.json"
VALUES = 40
"""Name servers, statuses or DS records that are kept."""
Json: TypeAlias = dict[str, Any]
"""A JSON object from a stranger: no part of it is trusted to be there or to have its type."""


class RdapServers(Struct, frozen=True):
    """IANA's bootstrap registry (RFC 9224) as bundled, and servers that work without being listed there."""

    source: str
    date: str
    servers: dict[str, str]
    """Base URL -> its TLDs (A-labels), separated by spaces."""
    overrides: dict[str, str]


def rdap_servers() -> RdapServers:
    """Read the bundled list."""
    return msgspec.json.decode(SERVERS.read_bytes(), type=RdapServers)


def rdap_base(tld: str) -> str:
    """Give the base URL for a TLD; empty: none is known."""
    listed = rdap_servers()
    for table in (listed.overrides, listed.servers):
        for base, tlds in table.items():
            if tld in tlds.split():
                return base
    return ""


async def rdap_registration(domain: str, base: str, options: Options) -> Observed[Registration]:
    """Ask an RDAP server about a domain: only its 404 means "not registered"."""
    url = f"{base}domain/{domain}"
    asked = f"RDAP {url}"
    await http_loaded()
    from albdoctor.collect.registry.rdap_http import SECONDS, fetch
    from albdoctor.collect.web.http_library import httpx

    try:
        async with asyncio.timeout(SECONDS):
            page = await fetch(url, options)
    except NotPublicError as error:
        return Unknown(gap=Gap.NOT_ASKED, asked=asked, detail=str(error))
    except (TimeoutError, httpx.TimeoutException):
        return Unknown(gap=Gap.UNREACHABLE, asked=asked, detail="timeout")
    except (httpx.NetworkError, httpx.ProxyError, socket.gaierror) as error:
        # A certificate that cannot be trusted is no trouble of the way there.
        gap = Gap.FAILED if "CERTIFICATE_VERIFY_FAILED" in str(error) else Gap.UNREACHABLE
        return Unknown(gap=gap, asked=asked, detail=_words(error))
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
        return Unknown(gap=Gap.FAILED, asked=asked, detail=_words(error))
    return _judge(page, domain, url, asked)


def _judge(page: Page, domain: str, url: str, asked: str) -> Observed[Registration]:
    if page.status == 404:
        return Known(Registration(domain=domain, source="rdap", server=url, registered=False))
    if page.status == 429:
        return Unknown(gap=Gap.THROTTLED, asked=asked, detail="HTTP 429")
    if page.status != 200:
        return Unknown(gap=Gap.FAILED, asked=asked, detail=f"HTTP {page.status}")
    found = read_rdap(page.body, domain, url)
    if found is None:
        return Unknown(gap=Gap.FAILED, asked=asked, detail="the answer is no RDAP object of this domain")
    return Known(found)


def read_rdap(body: bytes, domain: str, server: str) -> Registration | None:
    """Read an RDAP domain object; None: it is none, or one of another domain. Odd parts are left out."""
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return _read_object(_as_object(found), domain, server)


def _read_object(found: Json, domain: str, server: str) -> Registration | None:
    if _text(found, "objectClassName") not in {"", "domain"} or _host(found) != domain:
        return None
    registrar = next((one for one in _objects(found, "entities") if "registrar" in _list(one, "roles")), Json())
    dates = {_text(event, "eventAction").lower(): _text(event, "eventDate") for event in _objects(found, "events")}
    return Registration(
        domain=domain,
        source="rdap",
        server=server,
        registered=True,
        registrar=_full_name(registrar),
        registrar_iana_id=_iana_id(registrar),
        registrar_url=_own_page(registrar),
        statuses=_each(rdap_status(status) for status in _list(found, "status") if isinstance(status, str)),
        nameservers=_each(_host(one) for one in _objects(found, "nameservers")),
        created=_date(dates.get("registration", "")),
        changed=_date(dates.get("last changed", "")),
        expires=_date(dates.get("expiration", "")),
        ds=_each(_ds(one) for one in _objects(_as_object(found.get("secureDNS")), "dsData")),
    )


def _full_name(entity: Json) -> str:
    """Read the formatted name out of a jCard (RFC 7095): ["vcard", [[name, parameters, type, value], ...]]."""
    _, lines, *_ = (*_list(entity, "vcardArray"), None, None)
    for line in map(_as_list, _as_list(lines)):
        if len(line) > 3 and line[0] == "fn" and isinstance(line[3], str):
            return line[3]
    return ""


def _own_page(entity: Json) -> str:
    """The registrar's own page: its link that is about it, or `url` of its jCard (RFC 9083 section 4.2, RFC 7095)."""
    links = (_text(one, "href") for one in _objects(entity, "links") if _text(one, "rel") in ("about", "related"))
    _, lines, *_ = (*_list(entity, "vcardArray"), None, None)
    cards = (line[3] for line in map(_as_list, _as_list(lines)) if len(line) > 3 and line[0] == "url")
    return next((one for one in (*cards, *links) if is_page(one)), "")


def _iana_id(entity: Json) -> int | None:
    for one in _objects(entity, "publicIds"):
        number = one.get("identifier")
        written = str(number) if isinstance(number, str | int) else ""
        if _text(one, "type").lower() == "iana registrar id" and len(written) < 10 and (found := whole(written)):
            return found
    return None


def _ds(record: Json) -> str:
    parts = [record.get(key) for key in ("keyTag", "algorithm", "digestType", "digest")]
    return " ".join(str(part) for part in parts).lower() if all(isinstance(part, (int, str)) for part in parts) else ""


def _date(text: str) -> datetime | None:
    """Read a date of RFC 3339, or one as WHOIS servers write it; one without a zone counts as UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return read_date(text)


def _host(holder: Json) -> str:
    """A name in A-labels: some servers write U-labels into `ldhName`, or give `unicodeName` alone (RFC 9083 5.3)."""
    return host_of(_text(holder, "ldhName") or _text(holder, "unicodeName"))


def _text(holder: Json, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _list(holder: Json, key: str) -> list[Any]:
    return _as_list(holder.get(key))


def _objects(holder: Json, key: str) -> list[Json]:
    found = (_as_object(one) for one in _list(holder, key))
    return [one for one in found if one]


def _as_list(value: object) -> list[Any]:
    try:
        return msgspec.convert(value, list[Any])
    except msgspec.ValidationError:
        return []


def _as_object(value: object) -> Json:
    try:
        return msgspec.convert(value, Json)
    except msgspec.ValidationError:
        return {}


def _each(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))[:VALUES]


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
