"""The commands that albdoctor ever runs on instances, one for Linux and one for Windows, and how output is read.

That for Linux prints where TCP sockets listen, the rules of the host's own firewall and its routes, and nothing else:
no process, no user, no peer, no argument. It needs a shell, awk, grep, gzip and base64, and writes nothing. It reads
/proc/net/tcp as anybody on the host may (proc(5)); rules are root's to read. For Windows: `windows_command.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address

from albdoctor.collect.aws import windows_command
from albdoctor.collect.aws.host_rules import UnreadableError, read_firewall, unpack
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts.host_firewall import HostFirewall
from albdoctor.facts.hosts import InstanceSockets, ListeningSocket
from albdoctor.facts.known import Gap, Known, Observed, Unknown

DOCUMENT = "AWS-RunShellScript"
SOCKETS = 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk \'$4 == "st" || $4 == "0A" {print $2} END {print "end"}\''
"""The heading of each file tells that it was read (a host without IPv6 has no tcp6), 0A is LISTEN, and the last line
that nothing is missing."""
RULES = (
    "PATH=$PATH:/usr/sbin:/sbin\n"
    '{ cat /proc/net/ip_tables_names; echo "== names"\n'
    "awk 'NR > 1 {print $1, $2, $8}' /proc/net/route; echo \"== routes\"\n"
    'awk \'$1 == "nf_tables" {print $1}\' /proc/modules; echo "== modules"\n'
    'iptables-save; echo "== iptables $?"\n'
    'if grep -q . /proc/net/ip_tables_names; then iptables-legacy-save; fi; echo "== legacy $?"\n'
    'cat /proc/net/ip6_tables_names; echo "== names6"\n'
    'ip6tables-save; echo "== ip6tables $?"\n'
    'if grep -q . /proc/net/ip6_tables_names; then ip6tables-legacy-save; fi; echo "== legacy6 $?"\n'
    'nft -j list ruleset; code=$?; echo; echo "== nft $code"\n'
    "} 2>/dev/null | gzip -c | base64 | tr -d '\\n'"
)
"""Each part ends with a line of its own. Compressed, the usual rules are a fifth of what SSM gives back; those of
legacy iptables, which nft does not list, are in the tables of ip_tables_names: where there are none, nothing that could
load a module for them is run."""
COMMAND = f"{SOCKETS}\n{RULES}"
FIXED: Mapping[str, object] = {
    "DocumentName": DOCUMENT,
    # Seconds in which it must begin, the least that SSM takes, and seconds in which it must end.
    "TimeoutSeconds": 30,
    "Parameters": {"commands": [COMMAND], "executionTimeout": ["10"]},
}
"""Every parameter of SendCommand but the instances."""
FIXED_WINDOWS: Mapping[str, object] = {
    "DocumentName": windows_command.DOCUMENT,
    "TimeoutSeconds": 30,
    "Parameters": {"commands": [windows_command.COMMAND], "executionTimeout": ["30"]},
}
"""The same for instances that run Windows, whose firewall takes seconds to list."""
MOST_INSTANCES = 50
"""SendCommand takes at most this many instance ids."""
MOST_OUTPUT = 24_000
"""GetCommandInvocation gives no more characters than these of what was printed."""
ASKED = "ssm:GetCommandInvocation"

INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")
HEADING = "local_address"
END = "\nend\n"
PACKED = re.compile(r"(?:H4sI[A-Za-z0-9+/]*={0,2}\s*(?:-+ *output truncated *-+)?)?\s*", re.IGNORECASE)
"""What follows the sockets: gzip in Base64, and what the SSM agent puts behind output that it cut."""
IPV4 = re.compile(r"([0-9A-F]{8}):([0-9A-F]{4})")
IPV6 = re.compile(r"([0-9A-F]{32}):([0-9A-F]{4})")


def is_the_command(parameters: Mapping[str, object]) -> bool:
    """Whether these parameters of SendCommand are the fixed ones of a platform, for instances named by id alone."""
    ids = parameters.get("InstanceIds")
    if not isinstance(ids, list | tuple) or not 0 < len(ids) <= MOST_INSTANCES:  # pyright: ignore[reportUnknownArgumentType] - parameters are untyped
        return False
    named = all(isinstance(one, str) and INSTANCE.fullmatch(one) for one in ids)  # pyright: ignore[reportUnknownVariableType] - parameters are untyped
    return named and any(parameters == {**fixed, "InstanceIds": ids} for fixed in (FIXED, FIXED_WINDOWS))


def read_told(instance_id: str, output: str, *, windows: bool) -> InstanceSockets:
    """Read all that a command printed; what cannot be read of the firewall is a gap of its own.

    A `NotAnsweredError` where it does not tell of sockets.
    """
    text = output.replace("\r\n", "\n") if windows else output
    return InstanceSockets(
        instance_id=instance_id,
        sockets=Known(_read_windows_sockets(text) if windows else read_sockets(text)),
        firewall=read_rules(text, windows_command.read_firewall if windows else read_firewall),
    )


def read_sockets(output: str) -> tuple[ListeningSocket, ...]:
    """Read where sockets listen, each once; a `NotAnsweredError` where any of it is missing or odd."""
    words = _parted(output, HEADING)[0].split()
    return tuple(dict.fromkeys(_socket(word) for word in words if word != HEADING))


def read_rules(output: str, read: Callable[[str], HostFirewall] = read_firewall) -> Observed[HostFirewall]:
    """Read the rules of the firewall; why they cannot be read is their gap, and not that of the sockets."""
    packed = output.partition(END)[2]
    try:
        return Known(read(unpack("".join(packed.split()))))
    except ValueError as error:
        why = str(error) if isinstance(error, UnreadableError) else "they are no rules"
        return Unknown(gap=Gap.FAILED, asked=ASKED, detail=f"the host's firewall rules cannot be read: {why}")


def _read_windows_sockets(output: str) -> tuple[ListeningSocket, ...]:
    lines = _parted(output, windows_command.HEADING)[0].split("\n")[1:]
    try:
        return tuple(dict.fromkeys(windows_command.read_sockets(lines)))
    except ValueError as error:
        raise _unread(f"no socket: {str(error)[:60]!r}") from error


def _parted(output: str, heading: str) -> tuple[str, str]:
    """What was printed of sockets, and what after them; nothing else may stand there."""
    sockets, end, packed = f"{output}\n".partition(END)
    if not end and len(output) >= MOST_OUTPUT:
        raise _unread(f"more than {MOST_OUTPUT} characters")
    if not end or sockets.split("\n")[0].split()[:1] != [heading] or not PACKED.fullmatch(packed):
        raise _unread("it is not complete")
    return sockets, packed


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
