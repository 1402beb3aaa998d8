"""Shows how old the bundled data is and refreshes what IANA publishes.

Without arguments it only tells each file's date, age and source. `--download` fetches IANA's RDAP bootstrap registry
and the root hints and rewrites the two files; `--rdap FILE` and `--root FILE` read copies that were fetched in another
way. The parsers are tested on samples; the download itself has not been tried against IANA by these tests.
WHOIS servers and the registrar table have no published list: they are kept by hand.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from albdoctor.collect.dns import questions as dns
from albdoctor.collect.registry import rdap, whois
from albdoctor.derive.dns import registrar_table

RDAP_SOURCE = "https://data.iana.org/rdap/dns.json"
ROOT_SOURCE = "https://www.internic.net/domain/named.root"
SECONDS = 30.0
FEWEST_TLDS = 1000
"""A registry with fewer is cut off: it held 1,198 in 2026."""
ROOT_LETTERS = 13


class BadDataError(Exception):
    """What came is not what was asked for; the message says why."""


class Bootstrap(Struct):
    """IANA's bootstrap registry for domain names (RFC 9224, section 3)."""

    version: str
    publication: datetime
    services: list[tuple[list[str], list[str]]]
    """Pairs of TLDs and the base URLs of their RDAP servers."""


def rdap_servers(content: bytes, fewest: int = FEWEST_TLDS) -> dict[str, Any]:
    """Read the bootstrap registry into the form that is bundled; a `BadDataError` when it is not whole."""
    try:
        registry = msgspec.json.decode(content, type=Bootstrap)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"no bootstrap registry: {error}") from error
    if registry.version != "1.0":
        raise BadDataError(f"a bootstrap registry of version {registry.version!r}, not 1.0")
    tlds: dict[str, list[str]] = {}
    for names, urls in registry.services:
        base = next((url for url in urls if url.startswith("https://") and url.endswith("/")), "")
        if base:  # one that offers no HTTPS is not asked: what it says could have been changed on the way
            tlds.setdefault(base, []).extend(name.lower() for name in names)
    count = sum(len(names) for names in tlds.values())
    if count < fewest:
        raise BadDataError(f"only {count} TLDs: the registry is cut off")
    servers = {base: " ".join(sorted(tlds[base])) for base in sorted(tlds)}
    return {"source": RDAP_SOURCE, "date": registry.publication.date().isoformat(), "servers": servers}


def root_hints(content: bytes) -> dict[str, Any]:
    """Read the root hints, a zone file, into the form that is bundled; a `BadDataError` when they are not whole."""
    text = content.decode("ascii", errors="replace")
    updated = re.search(r"last update:\s+(\w+ \d{1,2}, \d{4})", text)
    if not updated:
        raise BadDataError("no root hints: there is no 'last update' in them")
    servers: dict[str, list[str]] = {}
    for line in text.splitlines():
        words = line.partition(";")[0].split()
        if len(words) == 4 and words[2] in ("A", "AAAA"):
            servers.setdefault(words[0].lower().rstrip("."), []).append(_address(words[3]))
    if len(servers) != ROOT_LETTERS or not all(re.fullmatch(r"[a-m]\.root-servers\.net", name) for name in servers):
        raise BadDataError(f"{len(servers)} root servers instead of {ROOT_LETTERS}")
    day = datetime.strptime(updated[1], "%B %d, %Y").replace(tzinfo=UTC).date()
    return {
        "source": ROOT_SOURCE,
        "date": day.isoformat(),
        "servers": {name: servers[name] for name in sorted(servers)},
    }


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise BadDataError(f"root hints: {error}") from error


def ages(today: date) -> list[str]:
    """Tell of each bundled table its date, its age in days and where it comes from."""
    hints, bootstrap, known = dns.root_hints(), rdap.rdap_servers(), whois.whois_servers()
    anchors = dns.root_anchors()
    rows = (
        ("root hints", hints.date, hints.source),
        ("root anchors", anchors.date, f"by hand, from {anchors.source}"),
        ("RDAP bootstrap", bootstrap.date, bootstrap.source),
        ("WHOIS servers", known.date, f"by hand, from {known.source}"),
        ("registrar table", registrar_table.DATE, "by hand, from the registrars' help pages"),
    )
    return [f"{name:16} {day}  {(today - date.fromisoformat(day)).days:5} days  {source}" for name, day, source in rows]


def refresh(file: Path, new: dict[str, Any]) -> str:
    """Rewrite a bundled file, never with older data; what the list of its source does not hold is kept."""
    old = json.loads(file.read_text())
    if new["date"] < old["date"]:
        raise BadDataError(f"{file.name} is of {old['date']} already, which is newer than {new['date']}")
    content = json.dumps(old | new, indent=2) + "\n"
    same = content == file.read_text()
    file.write_text(content)
    return f"{file.name}: {'unchanged' if same else 'now'} of {new['date']}, {len(new['servers'])} servers"


def _fetch(url: str) -> bytes:
    import httpx

    try:
        return httpx.get(url, timeout=SECONDS, follow_redirects=True).raise_for_status().content
    except httpx.HTTPError as error:
        raise BadDataError(f"{url}: {error}") from error


def main(arguments: list[str]) -> int:
    """Refresh what is asked for, then tell the ages; 1 when something was no good."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--download", action="store_true", help="fetch both from IANA")
    parser.add_argument("--rdap", type=Path, metavar="FILE", help=f"a copy of {RDAP_SOURCE}")
    parser.add_argument("--root", type=Path, metavar="FILE", help=f"a copy of {ROOT_SOURCE}")
    given = parser.parse_args(arguments)
    try:
        if given.rdap or given.download:
            content = given.rdap.read_bytes() if given.rdap else _fetch(RDAP_SOURCE)
            print(refresh(rdap.SERVERS, rdap_servers(content)))
        if given.root or given.download:
            content = given.root.read_bytes() if given.root else _fetch(ROOT_SOURCE)
            print(refresh(dns.ROOT_HINTS, root_hints(content)))
    except (BadDataError, OSError) as error:
        print(f"not refreshed: {error}", file=sys.stderr)
        return 1
    print("\n".join(ages(datetime.now(UTC).date())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
