"""ALB507 over facts: network ACLs between clients and the load balancer, in every subnet or in some."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run, run_one
from albdoctor.checkup.finding import Finding
from albdoctor.checkup.weight import weigh
from albdoctor.derive.request.entrances import Front
from albdoctor.derive.request.outcome import AtAddress, Came, Requested
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.way import Way
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script
from albdoctor_checks.network.alb507_net_nacl_client_side import net_nacl_client_side as client_side
from tests.support.build import balancer, listener
from tests.support.build_door import NODES, door
from tests.support.build_net import ALLOW_ALL, acl, entry
from tests.support.table import result_of, told

BOTH = ("subnet-a", "subnet-c")
ALLOW_IN, ALLOW_OUT = ALLOW_ALL
DENY_443 = entry(50, "deny", ports=(443, 443))
HTTP_IN = entry(100, "allow", ports=(80, 80))
V6: dict[str, Any] = {"load_balancers": (balancer(IpAddressType="dualstack-without-public-ipv4"),)}


def guarded(*entries: dict[str, Any], subnets: tuple[str, ...] = BOTH, **groups: Any) -> Facts:
    """An ACL with these entries at some of the load balancer's subnets; the others' is open."""
    acls = (acl("acl-door", *entries, subnets=subnets), acl("acl-other", default=True))
    return door(network_acls=acls, **groups)


def v6(one: dict[str, Any], cidr: str = "::/0") -> dict[str, Any]:
    """The same entry for IPv6 addresses."""
    return {name: value for name, value in one.items() if name != "CidrBlock"} | {"Ipv6CidrBlock": cidr}


def finding_of(seen: Facts) -> Finding:
    (finding,) = run_one(seen, client_side).findings
    return finding


def entries_of(seen: Facts) -> object:
    return finding_of(seen).values["entries"]


def test_https_denied_in_every_subnet() -> None:
    seen = guarded(DENY_443, *ALLOW_ALL)
    assert told(client_side, seen) == [
        "error confirmed load-balancer/arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/"
        "50dc6c495c0c9188: Network ACL acl-door keeps clients from port 443 of load balancer web in 2 of 2 subnets:"
        " subnet-a, subnet-c",
        "  ec2 DescribeNetworkAcls acl-door (in) -> 50 deny tcp/443 0.0.0.0/0, 100 allow all 0.0.0.0/0,"
        " 32767 deny all 0.0.0.0/0",
        "  fix[script, none]: Allow clients in on TCP 443 in network ACL acl-door, right before the entry that"
        " denies it.",
    ]
    finding = finding_of(seen)
    assert (finding.some, finding.severity) == (False, client_side.severity)
    assert fill_script(client_side.fixes[0].script, finding.values).splitlines()[0] == (
        "for entry in 'acl-door 10 443 --cidr-block 0.0.0.0/0'; do"
    )


def test_https_denied_in_one_subnet_meets_some() -> None:
    seen = guarded(DENY_443, *ALLOW_ALL, subnets=("subnet-c",))
    assert told(client_side, seen)[0].startswith("error confirmed")
    assert told(client_side, seen)[0].endswith("in 1 of 2 subnets: subnet-c")
    assert finding_of(seen).some


@pytest.mark.parametrize(
    ("entries", "wanted"),
    [
        pytest.param((HTTP_IN, ALLOW_OUT), ("acl-door 110 443 --cidr-block 0.0.0.0/0",), id="not allowed at all"),
        pytest.param(
            (entry(40, "allow", "10.0.0.0/16"), DENY_443, *ALLOW_ALL),
            ("acl-door 49 443 --cidr-block 0.0.0.0/0",),
            id="before the deny, after others",
        ),
        pytest.param((entry(1, "deny", ports=(443, 443)), *ALLOW_ALL), (), id="no number before it"),
        pytest.param((entry(49, "allow", "10.0.0.0/16"), DENY_443, *ALLOW_ALL), (), id="no number between"),
        pytest.param((entry(50, "deny", ports=(443, 8443)), *ALLOW_ALL), (), id="the deny names more"),
        pytest.param((entry(100, "allow", "10.0.0.0/16"), ALLOW_OUT), (), id="no web port is open to the world"),
        pytest.param((ALLOW_IN, entry(100, "allow", ports=(443, 443), egress=True)), (), id="answers"),
    ],
)
def test_a_script_adds_one_entry_where_nothing_else_is_decided_by_it(
    entries: tuple[dict[str, Any], ...], wanted: tuple[str, ...]
) -> None:
    seen = guarded(*entries)
    assert entries_of(seen) == wanted
    fix = finding_of(seen).fix
    assert fix is not None
    assert (bool(fix.script), bool(fix.by_hand)) == (bool(wanted), not wanted)


def test_answers_kept_in_are_told_for_every_port() -> None:
    seen = guarded(ALLOW_IN, entry(100, "allow", ports=(443, 443), egress=True))
    assert told(client_side, seen)[0].startswith("error confirmed")
    assert finding_of(seen).values["ports"] == ("80", "443")
    assert told(client_side, seen)[1] == (
        "  ec2 DescribeNetworkAcls acl-door (out) -> 100 allow tcp/443 0.0.0.0/0, 32767 deny all 0.0.0.0/0"
    )


def test_answers_to_a_part_of_the_ports_is_a_warning_about_some() -> None:
    finding = finding_of(guarded(ALLOW_IN, entry(100, "allow", ports=(32768, 65535), egress=True)))
    assert (str(finding.severity), str(finding.certainty), finding.some) == ("warning", "confirmed", True)


def test_an_office_only_is_perhaps_on_purpose() -> None:
    seen = guarded(entry(100, "allow", "203.0.113.0/24"), ALLOW_OUT)
    finding = finding_of(seen)
    assert (str(finding.severity), str(finding.certainty), finding.some) == ("warning", "likely", True)
    assert [one.en[:20] for one in finding.alternatives] == ["Access is restricted"]
    assert told(client_side, seen)[-1].startswith("  fix[by hand, none]")


def test_the_vpc_alone_is_nobody() -> None:
    assert told(client_side, guarded(entry(100, "allow", "10.0.0.0/8"), ALLOW_OUT))[0].startswith("error confirmed")


def test_http_alone_is_no_fault() -> None:
    finding = finding_of(guarded(entry(50, "deny", ports=(80, 80)), *ALLOW_ALL))
    assert (str(finding.severity), finding.some, finding.values["ports"]) == ("info", True, ("80",))


def test_clients_without_ipv4_meet_the_ipv6_entries() -> None:
    open_v6 = (v6(ALLOW_IN), v6(ALLOW_OUT))
    assert result_of(client_side, guarded(*open_v6, **V6)) is Result.PASSED
    assert result_of(client_side, guarded(v6(ALLOW_IN, "2000::/3"), v6(ALLOW_OUT), **V6)) is Result.PASSED
    assert entries_of(guarded(v6(DENY_443), *open_v6, **V6)) == ("acl-door 10 443 --ipv6-cidr-block ::/0",)
    assert told(client_side, guarded(*ALLOW_ALL, **V6))[0].startswith("error confirmed")


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(door(), id="open"),
        pytest.param(guarded(entry(50, "deny", "198.51.100.0/24"), *ALLOW_ALL), id="bad addresses denied first"),
        pytest.param(
            guarded(ALLOW_IN, entry(90, "deny", ports=(3389, 3389), egress=True), ALLOW_OUT), id="a few ports"
        ),
        pytest.param(guarded(DENY_443, *ALLOW_ALL, subnets=("subnet-t",)), id="another subnet"),
        pytest.param(guarded(entry(50, "deny", ports=(8443, 8443)), *ALLOW_ALL), id="another port"),
        pytest.param(guarded(v6(DENY_443), *ALLOW_ALL), id="IPv6 beside IPv4"),
        pytest.param(
            guarded(entry(90, "allow", "0.0.0.0/1"), entry(91, "allow", "128.0.0.0/1"), ALLOW_OUT), id="in halves"
        ),
    ],
)
def test_whoever_lets_the_internet_in_passes(seen: Facts) -> None:
    assert result_of(client_side, seen) is Result.PASSED


def test_unknown_acls_and_nothing() -> None:
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkAcls")
    strange = entry(50, "observe")
    assert result_of(client_side, door(network_acls=denied)) is Result.SKIPPED
    assert result_of(client_side, door(network_acls=())) is Result.SKIPPED
    assert result_of(client_side, guarded(strange, *ALLOW_ALL)) is Result.SKIPPED
    assert result_of(client_side, guarded(DENY_443, load_balancers=(balancer(Scheme="internal"),))) is Result.EMPTY
    assert result_of(client_side, guarded(DENY_443, load_balancers=())) is Result.EMPTY
    other = guarded(DENY_443, *ALLOW_ALL, listeners=(listener(8443, Port=8443),))
    assert result_of(client_side, other) is Result.PASSED


def scene(came: Came, front: Front = Front.BALANCER) -> Scene:
    """What came of the request at both nodes."""
    at = tuple(AtAddress(address=one, came=came) for one in NODES)
    return Scene(
        way=Way(places={}, shares={}, complete=False),
        requested=Requested(url="https://shop.example/", at=at),
        direct=front is Front.BALANCER,
        live=front is Front.BALANCER,
    )


EVERYWHERE = guarded(DENY_443, *ALLOW_ALL)
SOMEWHERE = guarded(DENY_443, *ALLOW_ALL, subnets=("subnet-c",))


@pytest.mark.parametrize(
    ("seen", "around", "severities"),
    [
        (EVERYWHERE, scene(Came.SILENT), ["error"]),
        (EVERYWHERE, scene(Came.SERVED), []),
        (EVERYWHERE, scene(Came.ERROR_STATUS, Front.CDN), []),
        (SOMEWHERE, scene(Came.SILENT), ["error"]),
        (SOMEWHERE, scene(Came.SERVED), ["warning"]),
    ],
)
def test_how_bad_it_is_depends_on_who_got_in(seen: Facts, around: Scene, severities: list[str]) -> None:
    (outcome,) = weigh(run(seen, [client_side]), around)
    assert [str(one.severity) for one in outcome.findings] == severities
