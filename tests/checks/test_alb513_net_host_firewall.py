"""ALB513 over facts: what the host's own firewall stops, by what stops it; and what ALB601 and ALB602 make of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Outcome, Result, run_one
from albdoctor.facts.host_firewall import Chain, HostFirewall, Match, PortRange, Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.network.alb513_net_host_firewall import net_host_firewall as check
from albdoctor_checks.target.alb601_target_no_process_on_port import target_no_process_on_port as no_process
from albdoctor_checks.target.alb602_target_bound_to_loopback import target_bound_to_loopback as bound
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_firewall import firewall, recorded, saved
from tests.support.build_sockets import NO_RIGHT, NOT_INSPECTED, UNMANAGED, filtered, on, silent_host
from tests.support.build_targets import DENIED, NO_PROBE, TIMEOUT, probed, refused, unhealthy, wrong_code
from tests.support.build_ways import behind, eni, over_ipv6
from tests.support.fixes import by_hand_of
from tests.support.table import result_of, told

SILENT = unhealthy(reason=TIMEOUT, description="Request timed out")
SHUT = firewall(saved(policy="DROP"))
UFW_SHUT = recorded("ufw.iptables-save")
UFW = firewall(UFW_SHUT)
FIREWALLD = firewall("", recorded("firewalld.nft.json"))
NFT = firewall("", recorded("plain.nft.json"))
CONTAINER = firewall(
    recorded("docker.iptables-save").replace("-A DOCKER-USER -j RETURN", "-A DOCKER-USER ! -s 10.7.0.0/16 -j DROP")
)
PUBLISHED = firewall(recorded("docker.iptables-save"))
WINDOWS = HostFirewall(
    manager="windows",
    chains=(Chain(tool="windows", table="Public", name="profile Public", hook="input", policy="drop"),),
    complete=True,
)
HEALTH = "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc:80 unhealthy Target.Timeout Request timed out"


def inspected(*targets: Any, sockets: Any, **groups: Any) -> Any:
    """Targets in the network of build_net, whose hosts told this."""
    base: dict[str, Any] = {"target_probes": NO_PROBE, "listening_sockets": sockets}
    return behind(*targets, **(base | groups))


def whole(seen: Any, check_: Any = check) -> Outcome:
    outcome = run_one(seen, check_)
    assert not outcome.crash, outcome.crash
    return outcome


def first_lines(firewall_: HostFirewall) -> list[str]:
    return told(check, inspected(SILENT, sockets=(filtered(firewall_, "0.0.0.0:80"),)))


def test_a_policy_that_drops_is_confirmed_with_the_line_that_opens_the_port() -> None:
    seen = inspected(SILENT, sockets=(filtered(SHUT, "0.0.0.0:80"),))
    assert told(check, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80: The host's own firewall (iptables) stops the load balancer's"
        " packets to port 80 of i-0abc",
        HEALTH,
        "  ssm SendCommand iptables-save i-0abc -> filter INPUT: policy drop",
        "  fix[by hand, none]: Allow port 80 in the host's firewall from the load balancer's subnets.",
    ]
    steps = by_hand_of(check, seen, impact="none")
    for block in ("10.0.1.0/24", "10.0.2.0/24"):
        assert f"  sudo iptables -t filter -I INPUT 1 -p tcp -s {block} --dport 80 -j ACCEPT\n" in steps
    assert "  sudo netfilter-persistent save || sudo service iptables save\n" in steps


@pytest.mark.parametrize(
    ("firewall_", "port", "name", "saw", "line"),
    [
        (
            UFW,
            80,
            "ufw",
            "filter INPUT: policy drop",
            "sudo ufw prepend allow proto tcp from 10.0.1.0/24 to any port 80",
        ),
        (
            FIREWALLD,
            80,
            "firewalld",
            "firewalld filter_IN_public: reject",
            """sudo firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="10.0.1.0/24" """
            """port port="80" protocol="tcp" accept'""",
        ),
        (
            NFT,
            80,
            "nftables",
            "filter input: reject",
            "sudo nft insert rule inet filter input ip saddr 10.0.1.0/24 tcp dport 80 accept",
        ),
        (
            CONTAINER,
            8080,
            "iptables",
            "filter DOCKER-USER: not source 10.7.0.0/16 drop",
            "sudo iptables -t filter -I DOCKER-USER 1 -p tcp -s 10.0.1.0/24 -d 172.17.0.2 --dport 80 -j ACCEPT",
        ),
        (
            WINDOWS,
            80,
            "Windows Defender Firewall",
            "profile Public: policy drop",
            "New-NetFirewallRule -DisplayName ALB -Direction Inbound -Action Allow -Protocol TCP -LocalPort 80"
            " -RemoteAddress 10.0.1.0/24",
        ),
    ],
)
def test_each_firewall_is_named_and_opened_in_its_own_way(
    firewall_: HostFirewall, port: int, name: str, saw: str, line: str
) -> None:
    seen = inspected(
        unhealthy(port, reason=TIMEOUT),
        sockets=(filtered(firewall_),),
        target_groups=(group(Port=port),),
        ports=(port,),
    )
    lines = told(check, seen)
    assert f"({name}) stops the load balancer's packets to port {port} of i-0abc" in lines[0]
    assert lines[2].endswith(f" -> {saw}")
    assert f"  {line}\n" in by_hand_of(check, seen, impact="none")


NO_ENDPOINTS = (
    ":KUBE-EXTERNAL-SERVICES - [0:0]",
    '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals"'
    " -j KUBE-EXTERNAL-SERVICES",
    '-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/web:http has no endpoints" -m addrtype'
    " --dst-type LOCAL -m tcp --dport 30080 -j REJECT --reject-with icmp-port-unreachable",
)
"""What kube-proxy writes for a Service without a ready pod."""


def test_a_node_port_without_a_ready_pod_is_opened_by_no_rule() -> None:
    """kube-proxy turns packets away for a Service that has no endpoint: what is accepted before goes to no pod."""
    node = firewall(saved(*NO_ENDPOINTS))
    seen = inspected(unhealthy(30080), sockets=(filtered(node),), target_groups=(group(Port=30080),), ports=(30080,))
    lines = told(check, seen)
    assert "(kube-proxy) stops the load balancer's packets to port 30080 of i-0abc" in lines[0]
    assert lines[2].endswith(" -> filter KUBE-EXTERNAL-SERVICES: protocol tcp kind LOCAL port 30080 reject")
    assert lines[3] == (
        "  fix[by hand, none]: Have a pod ready for the Service of node port 30080: while it has none, kube-proxy turns"
        " every packet away."
    )
    steps = by_hand_of(check, seen, impact="none")
    assert "  kubectl get services --all-namespaces --output wide | grep ':30080/'\n" in steps
    assert "iptables" not in steps


def test_what_is_not_ufws_is_not_opened_by_ufw() -> None:
    """Its chains stay when it is disabled, and its rules come after those that somebody put first."""
    own = UFW_SHUT.replace("-A INPUT -j ufw-before-logging-input", "-A INPUT -p tcp -m tcp --dport 80 -j DROP", 1)
    seen = inspected(SILENT, sockets=(filtered(firewall(own)),))
    assert "(iptables)" in told(check, seen)[0]
    assert "  sudo iptables -t filter -I INPUT 1 " in by_hand_of(check, seen, impact="none")
    denied = UFW_SHUT.replace("COMMIT", "-A ufw-user-input -p tcp -m tcp --dport 80 -j DROP\nCOMMIT", 1)
    assert "(ufw)" in told(check, inspected(SILENT, sockets=(filtered(firewall(denied)),)))[0]


def test_the_port_of_the_health_check_is_one_of_its_own() -> None:
    half = firewall(saved("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT", policy="DROP"))
    seen = inspected(
        unhealthy(check=8081, reason=TIMEOUT),
        sockets=(filtered(half),),
        target_groups=(group(HealthCheckPort="8081"),),
        ports=(80, 8081),
    )
    (line,) = (one for one in told(check, seen) if one.startswith("error"))
    assert "to port 8081 of i-0abc" in line


def test_several_targets_are_one_finding_about_the_group() -> None:
    other = unhealthy(id_="i-0b", reason=TIMEOUT)
    seen = inspected(
        SILENT,
        other,
        sockets=(filtered(SHUT), filtered(SHUT, id_="i-0b")),
        network_interfaces=(eni(), eni("i-0b", PrivateIpAddress="10.0.9.24")),
    )
    (finding,) = whole(seen).findings
    assert str(finding.subject) == f"target-group/{GROUP_ARN}"
    assert finding.values["targets"] == ("i-0abc", "i-0b")


@pytest.mark.parametrize(
    ("one", "firewall_"),
    [
        (target(), SHUT),  # healthy: its check got through, whatever the rules seem to say
        (wrong_code(404), SHUT),  # it answered
        (msgspec.structs.replace(target(), target_health=target(state="draining").target_health), SHUT),
        (SILENT, firewall()),
        (SILENT, firewall(saved("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT", policy="DROP"))),
        (SILENT, firewall(recorded("ufw-open.iptables-save").replace("10.0.0.0/24", "10.0.0.0/16"))),
    ],
)
def test_answers_and_open_ports_pass(one: Any, firewall_: HostFirewall) -> None:
    assert result_of(check, inspected(one, sockets=(filtered(firewall_),))) is Result.PASSED


def test_nodes_of_one_subnet_that_are_kept_out_are_enough() -> None:
    half = firewall(recorded("ufw-open.iptables-save").replace("10.0.0.0/24", "10.0.2.0/24"))
    steps = by_hand_of(check, inspected(SILENT, sockets=(filtered(half),)), impact="none")
    assert "from 10.0.1.0/24 to any" in steps
    assert "from 10.0.2.0/24 to any" not in steps


def test_without_the_flag_there_is_nothing_at_all() -> None:
    for one in (SILENT, target()):
        assert whole(inspected(one, sockets=NOT_INSPECTED)) == Outcome(check=check, result=Result.EMPTY)
    assert whole(inspected(SILENT, sockets=NOT_INSPECTED, groups_health=DENIED, subnets=DENIED)).gaps == ()


UNREAD = Unknown(gap=Gap.FAILED, asked="ssm:GetCommandInvocation", detail="unread")


def test_gaps_are_told_of_failing_targets_only() -> None:
    assert whole(inspected(SILENT, sockets=NO_RIGHT)).gaps == (NO_RIGHT,)
    assert whole(inspected(SILENT, sockets=(silent_host(),))).gaps == (UNMANAGED,)
    unread = msgspec.structs.replace(on("0.0.0.0:80"), firewall=UNREAD)
    assert whole(inspected(SILENT, sockets=(unread,))).gaps == (UNREAD,)
    assert result_of(check, inspected(target(), sockets=(unread,))) is Result.PASSED
    unclear = firewall(saved("-A INPUT -m set --match-set offices src -j ACCEPT", policy="DROP"))
    (gap,) = whole(inspected(SILENT, sockets=(filtered(unclear),))).gaps
    assert gap.detail == "the host's firewall rules leave open whether port 80 is reached"
    (old_file,) = whole(inspected(SILENT, sockets=(on("0.0.0.0:80"),))).gaps
    assert (old_file.gap, old_file.asked) == (Gap.NOT_ASKED, "ssm:SendCommand")
    assert whole(inspected(SILENT, sockets=(filtered(SHUT),), subnets=DENIED)).gaps == (DENIED,)


def test_what_the_host_rejects_is_no_missing_process() -> None:
    """ALB601 would send people to a process that runs."""
    rejecting = firewall(saved("-A INPUT -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset"))
    groups: dict[str, Any] = {"target_probes": (probed(refused(80)),)}
    seen = inspected(unhealthy(), sockets=(filtered(rejecting, "0.0.0.0:80"),), **groups)
    assert len(whole(seen).findings) == 1
    assert whole(seen, no_process).findings == ()
    without = inspected(unhealthy(), sockets=(filtered(firewall(), "0.0.0.0:80"),), **groups)
    assert (len(whole(without).findings), len(whole(without, no_process).findings)) == (0, 1)


def test_the_published_port_of_a_container_needs_no_socket() -> None:
    """Without docker-proxy nothing listens on the host, and with it the socket says nothing either."""
    groups: dict[str, Any] = {"target_groups": (group(Port=8080),), "ports": (8080,)}
    for places in ((), ("127.0.0.1:8080",)):
        seen = inspected(unhealthy(8080), sockets=(filtered(PUBLISHED, *places),), **groups)
        assert whole(seen, no_process).findings == ()
        assert whole(seen, bound).findings == ()
    bare = inspected(unhealthy(8080), sockets=(filtered(firewall()),), **groups)
    assert len(whole(bare, no_process).findings) == 1


def test_a_refused_port_that_is_handed_on_is_told_so() -> None:
    seen = inspected(
        unhealthy(8080),
        sockets=(filtered(PUBLISHED),),
        target_groups=(group(Port=8080),),
        ports=(8080,),
        target_probes=(probed(refused(8080), port=8080),),
    )
    assert told(no_process, seen)[-2].endswith(
        "nothing listens on port 8080; a rule of the host hands it on to 172.17.0.2:80"
    )


def test_rules_of_other_ports_are_not_told_as_where_a_port_is_handed_on() -> None:
    """On an EKS node the last of several chains translates, and names no port: it may be another Service's."""
    nat = (
        "*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SEP-A - [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -j DOCKER\n"
        "-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.0.9.77:9090\n{}COMMIT\n"
    )
    own = "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\n"
    for more, told_ in (("", "the host listens on no port"), (own, "a rule of the host hands it on to 172.17.0.2:80")):
        node = firewall(nat.format(more).replace("-j DOCKER\n", "-j DOCKER\n-A PREROUTING -j KUBE-SEP-A\n"))
        seen = inspected(
            unhealthy(8080),
            sockets=(filtered(node),),
            target_groups=(group(Port=8080),),
            ports=(8080,),
            target_probes=(probed(refused(8080), port=8080),),
        )
        assert told(no_process, seen)[-2].endswith(f"nothing listens on port 8080; {told_}")


def test_a_rule_is_written_down_whole() -> None:
    rule = Rule(
        matches=(
            Match(of="source", addresses=("10.0.0.0/8",)),
            Match(of="port", ports=(PortRange(first=80, last=80), PortRange(first=8000, last=8010))),
            Match(of="kind", words=("LOCAL",)),
        ),
        does="drop",
    )
    base = Chain(tool="nftables", family="inet", table="own", name="in", hook="input", rules=(rule,))
    told_ = first_lines(HostFirewall(chains=(base,), complete=True))
    assert told_[2].endswith("nft list ruleset i-0abc -> own in: source 10.0.0.0/8 port 80,8000-8010 kind LOCAL drop")


OVER_6 = saved("-A INPUT -s 2001:db8:1:1::/64 -p tcp --dport 80 -j ACCEPT", policy="DROP")
LEGACY = saved(policy="DROP").replace("# (nf_tables)\n", "")


def in_ipv6(firewall_: HostFirewall, *targets: Any, **groups: Any) -> Any:
    """Targets of an IPv6 group, whose host told this."""
    base: dict[str, Any] = {"target_probes": NO_PROBE, "listening_sockets": (filtered(firewall_, "0.0.0.0:80"),)}
    sources = ("sg-alb", "::/0")
    return over_ipv6(*(targets or (SILENT,)), sources=sources, **(base | groups))


def test_a_group_of_ipv6_meets_the_rules_for_ipv6() -> None:
    seen = in_ipv6(firewall(saved6=OVER_6))
    assert told(check, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80: The host's own firewall (iptables) stops the load balancer's"
        " packets to port 80 of i-0abc",
        HEALTH,
        "  ssm SendCommand ip6tables-save i-0abc -> filter INPUT: policy drop",
        "  fix[by hand, none]: Allow port 80 in the host's firewall from the load balancer's subnets.",
    ]
    steps = by_hand_of(check, seen, impact="none")
    assert "  sudo ip6tables -t filter -I INPUT 1 -p tcp -s 2001:db8:1:2::/64 --dport 80 -j ACCEPT\n" in steps
    assert "2001:db8:1:1::/64" not in steps  # the other subnet is admitted
    assert "  sudo netfilter-persistent save || sudo service ip6tables save\n" in steps


@pytest.mark.parametrize(
    ("firewall_", "line"),
    [
        (
            firewall(saved(), names="filter\n", legacy=(LEGACY, "0")),
            "sudo iptables-legacy -t filter -I INPUT 1 -p tcp -s 10.0.1.0/24 --dport 80 -j ACCEPT",
        ),
        (
            firewall("", recorded("both-versions.nft.json").replace("10.0.0.0", "10.1.0.0").replace(": 8}", ": 16}")),
            "sudo nft insert rule inet web in ip saddr 10.0.1.0/24 tcp dport 80 accept",
        ),
    ],
    ids=["legacy beside nft", "nft"],
)
def test_the_line_is_for_what_filters(firewall_: HostFirewall, line: str) -> None:
    seen = inspected(SILENT, sockets=(filtered(firewall_, "0.0.0.0:80"),))
    assert f"  {line}\n" in by_hand_of(check, seen, impact="none")


@pytest.mark.parametrize(
    ("firewall_", "line"),
    [
        (
            firewall(saved(), saved6=saved(), names6="filter\n", legacy6=(LEGACY, "0")),
            "sudo ip6tables-legacy -t filter -I INPUT 1 -p tcp -s 2001:db8:1:1::/64 --dport 80 -j ACCEPT",
        ),
        (
            firewall("", recorded("both-versions.nft.json").replace("2001:db8:1::", "2001:db8:7::")),
            "sudo nft insert rule inet web in ip6 saddr 2001:db8:1:1::/64 tcp dport 80 accept",
        ),
        (
            firewall("", recorded("firewalld.nft.json")),
            """sudo firewall-cmd --add-rich-rule='rule family="ipv6" source address="2001:db8:1:1::/64" """
            """port port="80" protocol="tcp" accept'""",
        ),
    ],
    ids=["legacy beside nft", "nft", "firewalld"],
)
def test_the_line_is_for_what_filters_ipv6(firewall_: HostFirewall, line: str) -> None:
    assert f"  {line}\n" in by_hand_of(check, in_ipv6(firewall_), impact="none")


@pytest.mark.parametrize(
    "firewall_",
    [
        firewall(saved(policy="DROP")),
        firewall(saved6=saved("-A INPUT -p tcp --dport 80 -j ACCEPT", policy="DROP")),
        firewall("", recorded("both-versions.nft.json")),
        firewall(names="filter\n", legacy=(LEGACY, "0")),
    ],
    ids=["IPv4's alone drop", "opened", "nft", "IPv4's legacy ones drop"],
)
def test_what_lets_ipv6_in_passes(firewall_: HostFirewall) -> None:
    assert result_of(check, in_ipv6(firewall_)) is Result.PASSED


def test_healthy_ipv6_targets_pass_whatever_the_rules_say() -> None:
    assert result_of(check, in_ipv6(firewall(saved6=OVER_6), target())) is Result.PASSED


@pytest.mark.parametrize(
    ("firewall_", "detail"),
    [
        (WINDOWS, "the host's firewall rules for IPv6 are not read"),
        (replace(SHUT, complete_ipv6=None), "the host's firewall rules for IPv6 are not read"),
        (firewall(names6="filter\n"), "the host's firewall rules leave open whether port 80 is reached"),
    ],
    ids=["Windows", "facts of long ago", "legacy rules that were not told"],
)
def test_rules_for_ipv6_that_are_not_known_are_a_gap(firewall_: HostFirewall, detail: str) -> None:
    outcome = whole(in_ipv6(firewall_))
    assert (outcome.result, outcome.findings) == (Result.SKIPPED, ())
    assert detail in [gap.detail for gap in outcome.gaps]
