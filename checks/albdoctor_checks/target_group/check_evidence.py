"""What stands behind a finding about health checks: the target's health, and what a direct probe heard."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import Evidence, saw
from albdoctor.derive.targets.seen import Seen
from albdoctor.text import Command, command


def health_and_answer(seen: Seen) -> Iterator[Evidence]:
    """The health of a target, and the probe that asked as the health check does, where there was one."""
    yield saw(*seen.health_line)
    if seen.check_answer:
        yield saw(*seen.probe_line(seen.check_port))


def health_and_ports(seen: Seen, *ports: int) -> Iterator[Evidence]:
    """The health of a target, and what was heard on each of these ports, where it was probed."""
    yield saw(*seen.health_line)
    yield from (saw(*seen.probe_line(port)) for port in dict.fromkeys(ports) if seen.at(port))


def ask_by_name(seen: Seen, host: str) -> Command:
    """The command that asks a target as its health check does, but with a host name."""
    ask = "curl -i -H 'Host: {host}' http://127.0.0.1:{port}{path}"
    return command(ask, host=host, port=seen.check_port, path=seen.group.health_check_path)
