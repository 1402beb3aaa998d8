"""Every numbered guard of the list of false alarms has tests by name, and each is accused beside it."""

from __future__ import annotations

import re
from pathlib import Path

GUARDS = {
    1: "a target group's port 1, or a port that ECS ignores: the registered ports are compared",
    2: "`dualstack.` in front of the alias target is the same load balancer",
    3: "the zone of a host is the longest match on label boundaries, public before private, the live one",
    4: "all unhealthy while the site answers is fail-open; healthy by another port or protocol is not to be trusted",
    5: "a wide matcher, or a removed 443 listener, is often a mask left by an earlier attempt",
    6: "HTTP:80 that redirects or answers itself, unused expired certificates, private twins: info at most",
    7: "the load balancer does not validate a target's certificate",
    8: "several faults at once: in the order of the request, and which one hides the next",
    9: "fix texts need their side effects",
    10: "one vantage point cannot see allow-lists for others",
    11: "emulators show targets as healthy that are not",
}
"""What was met in the field, and cost other tools a false alarm."""
FUNCTION = re.compile(r"^def (test_guard_(\d\d)_(\w+))\(", re.MULTILINE)


def named(number: int) -> list[str]:
    """The names of the tests of a guard, without its number."""
    sources = [path.read_text() for path in Path(__file__).parent.glob("test_*.py")]
    return [name for text in sources for _, digits, name in FUNCTION.findall(text) if int(digits) == number]


def test_every_guard_has_a_test_by_name_and_a_twin_that_is_accused() -> None:
    without = [number for number in GUARDS if not named(number)]
    alone = [number for number in GUARDS if not any(name.startswith("twin_") for name in named(number))]
    assert (without, alone) == ([], [])


def test_no_test_is_of_a_guard_that_is_not_listed() -> None:
    sources = [path.read_text() for path in Path(__file__).parent.glob("test_*.py")]
    assert {int(digits) for text in sources for _, digits, _ in FUNCTION.findall(text)} == set(GUARDS)
