"""What each kind of client needs to find a lab: a shell, albdoctor, curl."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from albdoctor.lab.folder import VARIABLE
from albdoctor.lab.loop import LOOPBACK
from albdoctor.lab.places import Places
from albdoctor.lab.resolver import RESOLVER_ADDRESS
from albdoctor.lab.world import World
from albdoctor.shell import quote

WEB_PORTS = (80, 443)
NO_NAME = "invalid"
"""A name that never resolves (RFC 6761 section 6.4)."""
NOWHERE = "192.0.2.255"
UNSET = r"""for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done"""
"""Whatever points to another account, endpoint or profile."""


def environment(world: World, folder: Path) -> str:
    """Write `lab.env`: after `source lab.env`, in bash or zsh, AWS clients of that shell use the lab alone."""
    programs = Path(sys.executable).parent
    lines = [
        "# source this file in a shell of its own: AWS clients there use the lab, and nothing else.",
        UNSET,
        *(f"export {name}={quote(value)}" for name, value in world.aws.environment().items()),
        f"export {VARIABLE}={quote(str(folder))}",
        f'export PATH={quote(str(programs))}:"$PATH"',
    ]
    return "\n".join(lines) + "\n"


def configuration(world: World, authority: str, anchor: str, *, inspect_hosts: bool) -> str:
    """Write `lab.toml`, for `--config`: where a scan finds the lab's DNS and addresses."""
    lines = [
        "# albdoctor scan NAME --config lab.toml; written anew when something in the lab gets another place.",
        f"dns-root = [{', '.join(map(_toml, world.roots))}]",
        f"trust-anchor = {_toml(anchor)}",
        f"resolver = [{_toml(RESOLVER_ADDRESS)}]",
        f"ca-bundle = {_toml(authority)}",
        *(["inspect-hosts = true"] if inspect_hosts else []),
        "connect-to = [",
        *(f"  {_toml(rule)}," for rule in world.connect_to),
        "]",
    ]
    return "\n".join(lines) + "\n"


def curl(world: World, authority: Path, names: Iterable[str], nowhere: Places) -> str:
    """Write `lab.curl`, for `curl -K`: every name leads where the lab's DNS leads it; no request leaves the machine.

    A name without an address does not resolve for curl either; an address where the lab has nothing falls silent.
    """
    lines = [
        "# curl -K lab.curl https://NAME/; written anew when a name gets another address.",
        f"cacert = {_curl(str(authority))}",
        'noproxy = "*"',
        *(f"connect-to = {_curl(rule)}" for name in names for rule in _rules(world, name, nowhere)),
        f'connect-to = "::{NO_NAME}:"',
    ]
    return "\n".join(lines) + "\n"


def names_of(world: World) -> list[str]:
    """Every name that somebody may want to visit: those registered, their www, and those of hosted zones."""
    names = [name for domain in world.registry.all() for name in (domain.name, f"www.{domain.name}")]
    zones = world.aws.state.hosted_zones()
    names += [one.name for zone in zones for one in zone.records if one.type in ("A", "AAAA", "CNAME")]
    return [name for name in dict.fromkeys(names) if name[:1] not in ("_", "*")]


def _rules(world: World, name: str, nowhere: Places) -> Iterator[str]:
    """Where curl shall connect for a name: to the first of its addresses, as a client does."""
    addresses = world.tree.lookup(name, "A") or world.tree.lookup(name, "AAAA")
    if not addresses:
        yield f"{name}::{name}.{NO_NAME}:"
        return
    known = set(world.internet.known())
    ports = {*WEB_PORTS, *(port for address, port in known if address == addresses[0])}
    for port in sorted(ports):
        if (addresses[0], port) in known:
            place = world.internet.port_of(addresses[0], port)
        else:
            nowhere.silence(NOWHERE, WEB_PORTS[0])
            place = nowhere.port_of(NOWHERE, WEB_PORTS[0])
        yield f"{name}:{port}:{LOOPBACK}:{place}"
    yield f"{name}::{name}.{NO_NAME}:"


def _toml(value: str) -> str:
    """A basic string of TOML: of JSON's escapes it lacks none that are left when characters stand as they are."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _curl(value: str) -> str:
    """A quoted parameter of a curl configuration file, which knows these escapes (curl manual, --config)."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
    return f'"{"".join(escapes.get(one, one) for one in value)}"'
