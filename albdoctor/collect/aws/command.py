"""The one command that albdoctor ever runs on an instance, and how its output is read.

It prints where TCP sockets listen, and nothing else: no process, no user, no peer, no argument. It needs no more than
a shell and awk, writes nothing, and reads /proc/net/tcp as anybody on the host may (proc(5)).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address

from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts.hosts import ListeningSocket
from albdoctor.facts.known import Gap, Unknown

DOCUMENT = "AWS-RunShellScript"
COMMAND = 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk \'$4 == "st" || $4 == "0A" {print $2} END {print "end"}\''
"""The heading of each file tells that it was read (a host without IPv6 has no tcp6), 0A is LISTEN, and the last line
that nothing is missing."""
FIXED: Mapping[str, object] = {
    "DocumentName": DOCUMENT,
    # Seconds in which it must begin, the least that SSM takes, and seconds in which it must end.
    "TimeoutSeconds": 30,
    "Parameters": {"commands": [COMMAND], "executionTimeout": ["10"]},
}
"""Every parameter of SendCommand but the instances."""
MOST_INSTANCES = 50
"""SendCommand takes at most this many instance ids."""
MOST_OUTPUT = 24_000
"""GetCommandInvocation gives no more characters than these of what was printed."""
ASKED = "ssm:GetCommandInvocation"

INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")
HEADING = "local_address"
IPV4 = re.compile(r"([0-9A-F]{8}):([0-9A-F]{4})")
IPV6 = re.compile(r"([0-9A-F]{32}):([0-9A-F]{4})")


def is_the_command(parameters: Mapping[str, object]) -> bool:
    """Whether these parameters of SendCommand are the fixed ones, for instances named by id, and no others."""
    ids = parameters.get("InstanceIds")
    if not isinstance(ids, list | tuple) or not 0 < len(ids) <= MOST_INSTANCES:  # pyright: ignore[reportUnknownArgumentType] - parameters are untyped
        return False
    named = all(isinstance(one, str) and INSTANCE.fullmatch(one) for one in ids)  # pyright: ignore[reportUnknownVariableType] - parameters are untyped
    return named and parameters == {**FIXED, "InstanceIds": ids}


def read_sockets(output: str) -> tuple[ListeningSocket, ...]:
    """Read what the command printed, each socket once; a `NotAnsweredError` where any of it is missing or odd."""
    words = output.split()
    if len(output) >= MOST_OUTPUT:
        raise _unread(f"more than {MOST_OUTPUT} characters")
    if not words or (words[0], words[-1]) != (HEADING, "end"):
        raise _unread("it is not complete")
    return tuple(dict.fromkeys(_socket(word) for word in words[:-1] if word != HEADING))


def _socket(word: str) -> ListeningSocket:
    """Read "0100007F:0050": the kernel prints 32 bits at a time as a number, little-endian on all of EC2's machines."""
    found = IPV4.fullmatch(word) or IPV6.fullmatch(word)
    if found is None:
        raise _unread(f"no socket: {word[:60]!r}")
    port = int(found[2], 16)
    if not port:
        raise _unread(f"no port: {word!r}")
    packed = b"".join(bytes.fromhex(found[1][start : start + 8])[::-1] for start in range(0, len(found[1]), 8))
    address = IPv4Address(packed) if len(packed) == 4 else _plain(IPv6Address(packed))
    return ListeningSocket(address=str(address), port=port)


def _plain(address: IPv6Address) -> IPv4Address | IPv6Address:
    return address.ipv4_mapped or address


def _unread(why: str) -> NotAnsweredError:
    return NotAnsweredError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=f"the command's output cannot be read: {why}"))
