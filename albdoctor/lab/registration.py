"""The servers that tell who holds a domain: WHOIS (RFC 3912) in three dialects and RDAP (RFC 9083) over TLS."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeAlias

from albdoctor.lab.dns import Place
from albdoctor.lab.loop import LOOPBACK, Loop
from albdoctor.lab.registry import Domain, Registry

WHOIS_PORT = 43
RDAP_PORT = 443
RDAP_HOST = "rdap.verisign.com"
RDAP_TLDS = ("com", "net")
SERVER_OF = {
    "example": "whois.nic.example",
    "org": "whois.publicinterestregistry.org",
    "uk": "whois.nic.uk",
    "kr": "whois.kr",
}
"""The WHOIS server of each TLD, as whois.iana.org tells it."""

Serve: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def whois_iana(registry: Registry, question: str) -> str:  # noqa: ARG001 - every WHOIS answer has this signature
    """Answer as whois.iana.org: which WHOIS server knows a TLD."""
    tld = question.rpartition(".")[2]
    server = SERVER_OF.get(tld)
    if server is None:
        return "% IANA WHOIS server\r\n\r\n% This query returned 0 objects.\r\n"
    lines = (
        "% IANA WHOIS server",
        "",
        f"domain:       {tld.upper()}",
        f"whois:        {server}",
        "status:       ACTIVE",
    )
    return "\r\n".join((*lines, ""))


def whois_gtld(registry: Registry, question: str) -> str:
    """Answer in the format ICANN prescribes to gTLD registries (registry agreement, specification 4)."""
    domain = registry.find(question)
    if domain is None:
        return f'No match for domain "{question.upper()}".\r\n'
    lines = [
        f"Domain Name: {domain.name}",
        "Registry Domain ID: 2138514_DOMAIN-EXAMPLE",
        f"Registrar URL: {domain.registrar.url}",
        f"Updated Date: {_utc(domain.changed)}",
        f"Creation Date: {_utc(domain.created)}",
        f"Registry Expiry Date: {_utc(domain.expires)}",
        f"Registrar: {domain.registrar.name}",
        f"Registrar IANA ID: {domain.registrar.iana_id}",
        *(f"Domain Status: {_epp(status)} https://icann.org/epp#{_epp(status)}" for status in domain.statuses),
        *(f"Name Server: {server}" for server in domain.nameservers),
        f"DNSSEC: {'signedDelegation' if domain.ds else 'unsigned'}",
        f">>> Last update of WHOIS database: {_utc(domain.changed)} <<<",
    ]
    return "\r\n".join((*lines, ""))


def whois_kr(registry: Registry, question: str) -> str:
    """Answer as whois.kr: the same in Korean and, after `# ENGLISH`, in English."""
    domain = registry.find(question)
    if domain is None:
        return (
            f"query : {question}\r\n\r\n# KOREAN(UTF8)\r\n\r\n"
            "상기 도메인이름은 등록되어 있지 않습니다.\r\n\r\n# ENGLISH\r\n\r\n"
            "The requested domain was not found in the Registry or Registrar’s WHOIS Server.\r\n"
        )
    agency = f"{domain.registrar.name}({domain.registrar.url})"
    korean = [
        f"도메인이름                  : {domain.name}",
        f"등록일                      : {_dotted(domain.created)}",
        f"최근 정보 변경일            : {_dotted(domain.changed)}",
        f"사용 종료일                 : {_dotted(domain.expires)}",
        f"등록대행자                  : {agency}",
        f"DNSSEC                      : {'서명' if domain.ds else '미서명'}",
        "",
        *_kr_servers(domain, "1차 네임서버 정보", "2차 네임서버 정보", "호스트이름                  "),
    ]
    english = [
        f"Domain Name                 : {domain.name}",
        f"Registered Date             : {_dotted(domain.created)}",
        f"Last Updated Date           : {_dotted(domain.changed)}",
        f"Expiration Date             : {_dotted(domain.expires)}",
        f"Authorized Agency           : {agency}",
        f"DNSSEC                      : {'signed' if domain.ds else 'unsigned'}",
        "",
        *_kr_servers(domain, "Primary Name Server", "Secondary Name Server", "Host Name                   "),
    ]
    return "\r\n".join((f"query : {question}", "", "# KOREAN(UTF8)", "", *korean, "", "# ENGLISH", "", *english, ""))


def _kr_servers(domain: Domain, first: str, others: str, label: str) -> list[str]:
    lines: list[str] = []
    for number, server in enumerate(domain.nameservers):
        lines += [first, f"   {label}: {server}", ""] if number == 0 else [others] * (number == 1)
        lines += [f"   {label}: {server}"] * (number > 0)
    return lines


def rdap_domain(domain: Domain) -> dict[str, Any]:
    """Make the RDAP object of a domain (RFC 9083 section 5.3)."""
    return {
        "objectClassName": "domain",
        "rdapConformance": ["rdap_level_0"],
        "ldhName": domain.name.upper(),
        "status": list(domain.statuses) or ["active"],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": name.upper()} for name in domain.nameservers],
        "secureDNS": {"delegationSigned": bool(domain.ds)},
        "events": [
            {"eventAction": "registration", "eventDate": _utc(domain.created)},
            {"eventAction": "last changed", "eventDate": _utc(domain.changed)},
            {"eventAction": "expiration", "eventDate": _utc(domain.expires)},
        ],
        "entities": [
            {
                "objectClassName": "entity",
                "roles": ["registrar"],
                "publicIds": [{"type": "IANA Registrar ID", "identifier": str(domain.registrar.iana_id)}],
                "vcardArray": [
                    "vcard",
                    [["version", {}, "text", "4.0"], ["fn", {}, "text", domain.registrar.name]],
                ],
            }
        ],
    }


def _utc(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _dotted(time: datetime) -> str:
    return time.strftime("%Y. %m. %d.")


def _epp(status: str) -> str:
    """Write an RDAP status as EPP does: client hold -> clientHold (RFC 8056)."""
    first, *rest = status.split()
    return first + "".join(word.capitalize() for word in rest)


class RegistrationServers:
    """The WHOIS servers and the RDAP server, listening; `places` says where."""

    def __init__(self, registry: Registry, loop: Loop, tls: ssl.SSLContext) -> None:
        """Prepare; `tls` serves a certificate for the RDAP host."""
        self._registry = registry
        self._loop = loop
        self._tls = tls
        self._servers: dict[Place, asyncio.Server] = {}

    def __enter__(self) -> Self:
        """Open the ports."""
        self._loop.run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the ports."""
        self._loop.run(self._close())

    @property
    def places(self) -> dict[Place, Place]:
        """Where each server is on loopback."""
        return {meant: (LOOPBACK, server.sockets[0].getsockname()[1]) for meant, server in self._servers.items()}

    async def _open(self) -> None:
        whois = {"whois.iana.org": whois_iana, "whois.kr": whois_kr}
        whois |= {server: whois_gtld for server in SERVER_OF.values() if server not in whois}
        for host, say in whois.items():
            self._servers[host, WHOIS_PORT] = await asyncio.start_server(self._whois(say), LOOPBACK, 0)
        self._servers[RDAP_HOST, RDAP_PORT] = await asyncio.start_server(self._rdap, LOOPBACK, 0, ssl=self._tls)

    async def _close(self) -> None:
        for server in self._servers.values():
            server.close()
        await asyncio.sleep(0)

    def _whois(self, say: Callable[[Registry, str], str]) -> Serve:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            question = (await reader.readline()).decode("utf-8", "replace").strip().lower().rstrip(".")
            arrived, answer = time.monotonic(), say(self._registry, question).encode()
            await self._loop.distance.back("registry", f"WHOIS {question}", arrived, answer)
            await _finish(writer, answer)

        return serve

    async def _rdap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        arrived, path = time.monotonic(), head.split(" ")[1]
        domain = self._registry.find(path.rpartition("/domain/")[2].lower())
        known = domain is not None and domain.name.rpartition(".")[2] in RDAP_TLDS
        body = json.dumps(
            rdap_domain(domain) if domain and known else {"errorCode": 404, "title": "Not Found"}
        ).encode()
        status = "200 OK" if known else "404 Not Found"
        lines = (
            f"HTTP/1.1 {status}",
            "Content-Type: application/rdap+json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        answer = "\r\n".join((*lines, "", "")).encode() + body
        await self._loop.distance.back("registry", f"RDAP {path}", arrived, answer)
        await _finish(writer, answer)


async def _finish(writer: asyncio.StreamWriter, data: bytes) -> None:
    try:
        writer.write(data)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    except ConnectionError:
        writer.close()
