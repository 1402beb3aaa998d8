"""Whole scans over loopback: moto behind a recording endpoint, a DNS tree, and every kind of trouble on the way."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import msgspec
import pytest

from albdoctor.collect.actions import OPT_IN, actions_for, with_needed
from albdoctor.collect.options import ConnectTo, Options
from albdoctor.facts.ec2 import INSTANCE_STATUSES
from albdoctor.facts.ecs import ECS_CLUSTERS, ECS_TASKS, TASK_DEFINITIONS
from albdoctor.facts.elb import How
from albdoctor.facts.functions import FUNCTION_POLICIES
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.scaling import AUTO_SCALING_GROUPS, SCALING_HISTORIES
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.facts.waf import WEB_ACLS
from tests.support.aws_api import NEVER, REGION, Reply, Request, denied, serving, use
from tests.support.aws_ask import gap, known
from tests.support.aws_shop import Shop, build, moto_server
from tests.support.clocks import SLACK
from tests.support.collecting import collect, collect_now
from tests.support.dns_server import Server, zone
from tests.support.dns_server import serving as serving_dns
from tests.support.dns_tree import AWS, EXAMPLE, GABIA_NAME, KR, NET, ROOT, tree

pytestmark = pytest.mark.process

HOST = "shop.example"
# The registry's servers and what is seen inside hosts are other sources, with tests of their own.
ALL = frozenset(CARDS) - {"registration"} - OPT_IN
OF_REGISTRARS = (AUTO_SCALING_GROUPS, SCALING_HISTORIES, ECS_CLUSTERS, ECS_TASKS, TASK_DEFINITIONS)
NODES = ("203.0.113.10", "203.0.113.20")
PARKED = "198.51.100.99"
COM = "192.0.2.14"
CLOSED = ("127.0.0.1", 1)
NOWHERE = Options(
    domain=HOST, host=HOST, registrable=HOST, timeout=20, dns_roots=(CLOSED,), resolvers=(CLOSED,), probe=False
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with moto_server() as port:
        yield build(port)


def names(
    balancer: str, delegated: str = "shop NS ns-1.awsdns-01.net.\nshop NS ns-2.awsdns-02.net."
) -> dict[str, Server]:
    """The DNS tree, with the balancer's own name in it."""
    root = f"""
    example NS a.example.
    a.example A {EXAMPLE}
    kr NS g.dns.kr.
    g.dns.kr A {KR}
    net NS a.net.
    a.net A {NET}
    com NS a.com.
    a.com A {COM}
    """
    servers = tree(
        example=delegated, shop="\n".join(f"@ A {address}" for address in NODES) + "\n@ NS ns-1.awsdns-01.net."
    )
    com = zone("com.", f"@ NS a.com.\na A {COM}\n" + "\n".join(f"{balancer}. A {address}" for address in NODES))
    return servers | {ROOT: Server((zone(".", root),)), COM: Server((com,))}


def scan(servers: dict[str, Server], wanted: frozenset[str] = ALL) -> Facts:
    """Collect inside the loop that serves DNS; every address that may be probed refuses on loopback."""

    async def main() -> Facts:
        async with serving_dns(servers) as connect_to:
            web = tuple(((address, port), CLOSED) for address in (*NODES, PARKED) for port in (80, 443))
            options = Options(
                domain=HOST,
                host=HOST,
                registrable=HOST,
                timeout=20,
                dns_roots=((ROOT, 53),),
                resolvers=((AWS[0], 53),),
                connect_to=ConnectTo(places=connect_to.places + web),
            )
            return await collect(options, wanted)

    return asyncio.run(main())


def states(facts: Facts) -> dict[str, str]:
    """Each group: known, or its gap."""
    groups = {name: getattr(facts, name) for name in CARDS}
    return {name: "known" if isinstance(value, Known) else value.gap.value for name, value in groups.items()}


def test_a_whole_scan(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    with serving(monkeypatch, moto_port=shop.port) as api:
        facts = scan(names(shop.balancer_name))
    assert states(facts) == {name: "known" if name in ALL else "not-asked" for name in CARDS}
    assert [lead.how for lead in known(facts.leads)] == [How.ALIAS, How.ADDRESS, How.ADDRESS]
    assert [each.load_balancer_arn for each in known(facts.load_balancers)] == [shop.balancer_arn]
    assert [each.port for each in known(facts.listeners)] == [443, 80]
    assert {rule.listener_arn for rule in known(facts.rules)} == {each.listener_arn for each in known(facts.listeners)}
    assert [each.certificates[0].certificate_arn for each in known(facts.listeners_certificates)] == [
        shop.certificate_arn
    ]
    assert [group.target_group_name for group in known(facts.target_groups)] == ["web-https", "web-ip"]
    assert all(isinstance(each.targets, Known) for each in known(facts.groups_health))
    assert [each.instance_id for each in known(facts.instances)] == [shop.instance_id]
    assert len(known(facts.network_interfaces)) == 3
    assert {each.group_id for each in known(facts.security_groups)} == {shop.balancer_group, shop.target_group}
    assert [(each.id, each.name, each.cidrs) for each in known(facts.prefix_lists)] == [
        (shop.prefix_list, "office", ("198.51.100.0/24",))
    ]
    assert [vpc.vpc_id for vpc in known(facts.vpcs)] == [shop.vpc_id]
    assert [each.certificate_arn for each in known(facts.certificates)] == [shop.certificate_arn]
    assert [each.certificate_arn for each in known(facts.certificates_elsewhere)] == [shop.elsewhere_arn]
    assert [each.name for each in known(facts.caa_sets)] == [HOST, "*.shop.example"]
    assert len(known(facts.validation_answers)) == 1
    assert {metric.target_group_arn for metric in known(facts.metrics).values} == {
        "",
        *(group.target_group_arn for group in known(facts.target_groups)),
    }
    assert [each.address for each in known(facts.probes).addresses] == list(NODES)
    assert facts.scan.regions == (REGION, "us-east-1")
    assert facts.scan.taken_at.tzname() == "UTC"
    # Every declared action was needed, no other was asked, and nothing twice. Who registers healthy targets, and what
    # refuses requests that are served, is nobody's question.
    nobodys = {
        action for card in (*OF_REGISTRARS, INSTANCE_STATUSES, WEB_ACLS, FUNCTION_POLICIES) for action in card.actions
    }
    assert {action.replace("Sslp", "SSLP") for action in api.actions} == set(actions_for(ALL)) - nobodys
    again = Counter((each.action, each.region, each.path, each.body) for each in api.requests)
    assert {question: count for question, count in again.items() if count > 1} == {}


def test_facts_survive_json(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    with serving(monkeypatch, moto_port=shop.port):
        facts = scan(names(shop.balancer_name))
    assert msgspec.json.decode(msgspec.json.encode(facts), type=Facts) == facts


@pytest.mark.parametrize(
    "wanted",
    [
        "hosted_zones",
        "ssl_policies",
        "internet_gateways",
        "prefix_lists",
        "groups_attributes",
        "metrics",
        "caa_sets",
        "probes",
    ],
)
def test_only_the_wanted_is_asked(monkeypatch: pytest.MonkeyPatch, shop: Shop, wanted: str) -> None:
    with serving(monkeypatch, moto_port=shop.port) as api:
        facts = scan(names(shop.balancer_name), frozenset({wanted}))
    asked = with_needed({wanted})
    assert states(facts) == {name: "known" if name in asked else "not-asked" for name in CARDS}
    assert set(api.actions) <= {action.replace("SSLP", "SSLP") for action in actions_for({wanted})}


def test_where_dns_leads_elsewhere_the_balancer_is_probed_too(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    servers = names(shop.balancer_name, delegated=f"shop NS {GABIA_NAME}.")
    parked = servers["192.0.2.31"]
    servers["192.0.2.31"] = Server((*parked.zones, zone("shop.example.", f"@ NS {GABIA_NAME}.\n@ A {PARKED}")))
    with serving(monkeypatch, moto_port=shop.port):
        facts = scan(servers, frozenset({"probes"}))
    assert known(facts.host_answers).addresses == (PARKED,)
    assert [each.address for each in known(facts.probes).addresses] == [PARKED, *NODES]


def refusing(*actions: str) -> Callable[[Request], Reply | None]:
    return lambda request: denied(request) if request.action in actions else None


def test_denied_actions_take_away_only_what_needs_them(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    action = "elasticloadbalancing:DescribeTargetHealth"
    with serving(monkeypatch, refusing(action, "cloudwatch:GetMetricData"), shop.port):
        facts = collect_now(NOWHERE, ALL)
    health = known(facts.groups_health)
    assert [gap(each.targets).asked for each in health] == [action, action]
    assert (gap(facts.instances).gap, gap(facts.instances).asked) == (Gap.DENIED, action)
    assert gap(facts.metrics).asked == "cloudwatch:GetMetricData"
    assert states(facts)["route_tables"] == states(facts)["certificates"] == states(facts)["rules"] == "known"


def test_an_organisation_that_denies_us_east_1_hides_only_what_is_there(
    monkeypatch: pytest.MonkeyPatch, shop: Shop
) -> None:
    with serving(monkeypatch, lambda one: denied(one) if one.region == "us-east-1" else None, shop.port):
        facts = collect_now(NOWHERE, frozenset({"certificates", "certificates_elsewhere", "caa_sets"}))
    assert [each.certificate_arn for each in known(facts.certificates)] == [shop.certificate_arn]
    assert (gap(facts.certificates_elsewhere).gap, gap(facts.certificates_elsewhere).asked) == (
        Gap.DENIED,
        "acm:ListCertificates",
    )


def test_denied_route_53_still_finds_the_balancer(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    with serving(monkeypatch, refusing("route53:ListHostedZonesByName"), shop.port):
        facts = collect_now(NOWHERE, frozenset({"listeners", "record_sets"}))
    assert gap(facts.record_sets).asked == "route53:ListHostedZonesByName"
    assert {lead.how for lead in known(facts.leads)} == {How.CERTIFICATE, How.HOST_RULE}
    assert len(known(facts.listeners)) == 2


def test_without_an_endpoint_aws_is_a_gap_and_dns_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    facts = scan(names("web-1.elb.com"), frozenset({"listeners", "resolver_answers", "certificates"}))
    assert states(facts)["host_answers"] == states(facts)["resolver_answers"] == "known"
    assert gap(facts.listeners).gap is gap(facts.certificates).gap is Gap.UNREACHABLE


def test_without_credentials_every_aws_group_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    facts = collect_now(NOWHERE, frozenset({"hosted_zones", "identities"}))
    for observed in (facts.hosted_zones, facts.identities):
        assert gap(observed).gap is Gap.DENIED
        assert gap(observed).detail == "no AWS credentials found: configure a profile or set AWS_PROFILE"


def test_the_deadline_leaves_partial_facts(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    def silent(request: Request) -> Reply | None:
        return NEVER if request.action.startswith("elasticloadbalancing") else None

    with serving(monkeypatch, silent, shop.port):
        started = time.monotonic()
        facts = collect_now(msgspec.structs.replace(NOWHERE, timeout=3.0), ALL)
        assert time.monotonic() - started < 3.0 + SLACK
    assert len(known(facts.hosted_zones)) == 1
    assert gap(facts.rules) == Unknown(
        gap=Gap.OUT_OF_TIME,
        asked="elasticloadbalancing:DescribeLoadBalancers",
        detail="no answer before the scan's deadline (--timeout)",
    )


def test_a_scan_costs_its_longest_chain_not_its_number_of_questions(
    monkeypatch: pytest.MonkeyPatch, shop: Shop
) -> None:
    delay, chain = 0.4, 8  # zones, records, balancer, groups, health, interfaces, security groups, prefix lists

    def slow(_request: Request) -> Reply | None:
        time.sleep(delay)
        return None

    with serving(monkeypatch, slow, shop.port) as api:
        started = time.monotonic()
        facts = collect_now(NOWHERE, ALL)
        took = time.monotonic() - started
        questions = len(api.requests)
    assert len(known(facts.prefix_lists)) == 1
    assert questions > 35
    # Three times the bound leaves room for a busy machine; one after the other would take five times the bound.
    assert chain * delay < took < 3 * chain * delay


def test_a_process_ends_although_its_threads_still_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "from albdoctor.collect.run import collect_all, now; from albdoctor.collect.options import Options;"
        "h = 'shop.example';"
        "options = Options(domain=h, host=h, registrable=h, timeout=1.0);"
        "(f,) = now(lambda: collect_all((options,), frozenset({'identities'})));"
        "print(f.identities.gap, f.identities.asked)"
    )
    with serving(monkeypatch, lambda _request: None):
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
        # Two attempts at 20 seconds each, were they waited for.
        assert time.monotonic() - started < 1.0 + SLACK
    assert done.stdout == "out-of-time sts:GetCallerIdentity\n"
    assert done.stderr == ""


def test_what_is_switched_off_is_not_asked(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    with serving(monkeypatch, moto_port=shop.port) as api:
        options = msgspec.structs.replace(NOWHERE, metrics=False)
        facts = collect_now(options, frozenset({"metrics", "probes", "target_probes", "listening_sockets"}))
    assert gap(facts.metrics) == Unknown(gap=Gap.NOT_ASKED, asked="cloudwatch:GetMetricData", detail="--no-metrics")
    assert gap(facts.probes).detail == gap(facts.target_probes).detail == "--no-probe"
    assert gap(facts.listening_sockets) == Unknown(gap=Gap.NOT_ASKED, asked="ssm:SendCommand", detail="--inspect-hosts")
    assert api.requests == []


def test_two_profiles(monkeypatch: pytest.MonkeyPatch, shop: Shop, tmp_path: object) -> None:
    config = f"{tmp_path}/credentials"
    with open(config, "w") as file:  # noqa: PTH123 - a plain test file
        file.writelines(
            f"[{name}]\naws_access_key_id=AKID{name.upper()}\naws_secret_access_key=s\n" for name in ("dns", "web")
        )

    def two_accounts(request: Request) -> Reply | None:
        if request.key == "AKIDDNS" and request.action == "elasticloadbalancing:DescribeLoadBalancers":
            return Reply(400, b"<ErrorResponse><Error><Code>LoadBalancerNotFound</Code></Error></ErrorResponse>")
        return None

    with serving(monkeypatch, two_accounts, shop.port) as api:
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", config)
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        options = msgspec.structs.replace(NOWHERE, profiles=("dns", "web"))
        facts = collect_now(options, frozenset({"listeners", "hosted_zones", "identities"}))
        assert {each.key for each in api.requests if each.action.endswith("ListHostedZonesByName")} == {
            "AKIDDNS",
            "AKIDWEB",
        }
        assert {each.key for each in api.requests if each.action.endswith("DescribeListeners")} == {"AKIDWEB"}
    assert [each.id for each in known(facts.hosted_zones)] == [shop.zone_id]
    assert len(known(facts.listeners)) == 2

    with serving(monkeypatch, lambda request: denied(request) if request.key == "AKIDWEB" else None, shop.port):
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", config)
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        facts = collect_now(options, frozenset({"listeners", "hosted_zones"}))
    assert gap(facts.hosted_zones).asked == "route53:ListHostedZonesByName"
    assert len(known(facts.listeners)) == 2


def test_progress_and_unknown_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    use(monkeypatch, "http://127.0.0.1:1")
    collect_now(msgspec.structs.replace(NOWHERE, timeout=2.0), frozenset({"identities"}), lines.append)
    assert lines == [f"sts:GetCallerIdentity {REGION}"]
    with pytest.raises(LookupError, match="no group of facts 'nonsense'"):
        collect_now(NOWHERE, frozenset({"nonsense"}))


def test_the_declared_actions_only_read() -> None:
    reads = actions_for(CARDS.keys() - OPT_IN)
    verbs = {action.split(":")[1].rstrip("abcdefghijklmnopqrstuvwxyz") for action in reads}
    assert all(action.split(":")[1].startswith(("Describe", "Get", "List")) for action in reads), verbs
    assert actions_for({"hosted_zones"}) == ("route53:GetHostedZone", "route53:ListHostedZonesByName")
