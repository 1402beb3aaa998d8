"""What `albdoctor.scan` takes besides the domain, and how it is read: the command's options, under the same names."""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TypedDict, Unpack, cast

from msgspec.structs import replace

from albdoctor.collect.options import Options, parse_connect_to, split_address
from albdoctor.errors import BadOptionError, quoted
from albdoctor.text import Text

LONGEST = 3600
"""Seconds that a scan may take."""
NO_PATH = Text(
    en="--path {path} is no path: it starts with / and holds no blanks",
    ko="--path {path}: 경로가 아닙니다. 경로는 /로 시작하고 공백이 없습니다",
)
NO_SECONDS = Text(
    en="timeout {timeout} is no number of seconds up to {most}",
    ko="timeout {timeout}: {most} 이하의 초 단위 숫자가 아닙니다",
)
NO_ADDRESS = Text(en="{option} {text}: {address} is no IP address", ko="{option} {text}: IP 주소가 아닙니다: {address}")
NO_CERTIFICATES = Text(
    en="--ca-bundle {path} holds no certificates that can be read: {why}",
    ko="--ca-bundle {path}: 읽을 수 있는 인증서가 없습니다: {why}",
)

NO_ANCHORS = Text(
    en="--trust-anchor {path} holds no DS or DNSKEY records of the root that can be read: {why}",
    ko="--trust-anchor {path}: 읽을 수 있는 루트의 DS 또는 DNSKEY 레코드가 없습니다: {why}",
)


class Keywords(TypedDict, total=False):
    """Each is an option of `albdoctor scan`; one that is left out is as there."""

    path: str
    """Of the request; else the URL's, else "/"."""
    balancer: str
    """Name or ARN of the load balancer that is meant."""
    profiles: tuple[str, ...]
    regions: tuple[str, ...]
    timeout: float
    """Seconds for the whole scan: 60."""
    probe: bool
    """False: send nothing to the domain."""
    metrics: bool
    """False: ask CloudWatch nothing."""
    inspect_hosts: bool
    """Read sockets and firewall of EC2 targets, by a command through SSM; True is the caller's consent."""
    resolvers: tuple[str, ...]
    """ADDR[:PORT] of recursive resolvers."""
    dns_roots: tuple[str, ...]
    """ADDR[:PORT] of root servers."""
    trust_anchor: str | PathLike[str]
    """File with DS or DNSKEY records of the root."""
    ca_bundle: str | PathLike[str]
    """PEM file of the authorities to trust."""
    connect_to: tuple[str, ...]
    """HOST:PORT:HOST2:PORT2, as curl has it."""


def options_for(domain: str, **keywords: Unpack[Keywords]) -> Options:
    """Make the options of one domain's scan; a value that cannot be used is a `BadOptionError`."""
    from albdoctor.collect.domain import asked_domain

    _refuse_unknown(keywords)
    asked = asked_domain(domain)
    path = keywords.get("path") or asked.path or "/"
    if not path.startswith("/") or any(ord(character) < 33 for character in path):
        raise BadOptionError(NO_PATH, path=repr(path))
    return replace(
        options_of_any(**keywords),
        domain=asked.domain,
        host=asked.host,
        registrable=asked.registrable,
        path=path,
        balancer=keywords.get("balancer", ""),
    )


def options_of_any(**keywords: Unpack[Keywords]) -> Options:
    """Make what is the same for every domain; a value that cannot be used is a `BadOptionError`.

    A keyword that there is not is a `TypeError`, as for any function; and so is a value of another type, above all a
    single word where several may stand.
    """
    _refuse_unknown(keywords)
    return Options(
        domain="",
        host="",
        registrable="",
        profiles=tuple(keywords.get("profiles", ())),
        regions=tuple(keywords.get("regions", ())),
        timeout=_seconds(keywords.get("timeout", 60.0)),
        probe=keywords.get("probe", True),
        metrics=keywords.get("metrics", True),
        inspect_hosts=keywords.get("inspect_hosts", False),
        resolvers=tuple(_server(text, "--resolver") for text in keywords.get("resolvers", ())),
        dns_roots=tuple(_server(text, "--dns-root") for text in keywords.get("dns_roots", ())),
        trust_anchors=_trust_anchors(keywords.get("trust_anchor", "")),
        ca_bundle=_ca_bundle(keywords.get("ca_bundle", "")),
        connect_to=parse_connect_to(tuple(keywords.get("connect_to", ()))),
    )


def _refuse_unknown(keywords: Mapping[str, object]) -> None:
    for name, value in keywords.items():
        if name not in Keywords.__annotations__:
            close = difflib.get_close_matches(name, Keywords.__annotations__, n=1)
            raise TypeError(f"unexpected keyword {name!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
        kind = str(Keywords.__annotations__[name])
        if "tuple" in kind and isinstance(value, str):
            raise TypeError(f"{name} takes several: ({value!r},)")
        if "tuple" in kind and not _words(value):
            raise TypeError(f"{name} takes several words, not {value!r}")
        if "bool" in kind and not isinstance(value, bool):  # "no" would be true
            raise TypeError(f"{name} is True or False, not {value!r}")
        if name in ("path", "balancer") and not isinstance(value, str):
            raise TypeError(f"{name} is a word, not {value!r}")


def _words(value: object) -> bool:
    several: Sequence[object] = cast("Sequence[object]", value) if isinstance(value, Sequence) else (value,)
    return all(isinstance(one, str) for one in several)


def _seconds(timeout: object) -> float:
    if isinstance(timeout, int | float) and 0 < timeout <= LONGEST:  # nan compares with nothing
        return float(timeout)
    raise BadOptionError(NO_SECONDS, timeout=repr(timeout), most=LONGEST)


def _server(text: str, option: str) -> tuple[str, int]:
    address, port = split_address(text, f"{option} {text}", default_port=53)
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise BadOptionError(NO_ADDRESS, option=option, text=repr(text), address=repr(address)) from None
    return address, port


def _ca_bundle(path: str | PathLike[str]) -> str:
    if not path:
        return ""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except (OSError, ssl.SSLError) as error:
        raise BadOptionError(NO_CERTIFICATES, path=path, why=quoted(error)) from error
    return str(path)


def _trust_anchors(path: str | PathLike[str]) -> tuple[str, ...]:
    if not path:
        return ()
    from albdoctor.collect.dns.anchors import UNREAD, anchors_in

    try:
        return anchors_in(Path(path).read_text(encoding="ascii"))
    except (OSError, *UNREAD) as error:
        raise BadOptionError(NO_ANCHORS, path=path, why=quoted(error)) from error
