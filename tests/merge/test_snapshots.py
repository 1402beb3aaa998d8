"""Merging what shards saw: whole results for two accounts, gaps that stay or are closed, balancers lent by others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.facts.elb import GroupHealth, How, Lead
from albdoctor.facts.groups import not_asked
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.metrics import Course, Metric, Metrics
from albdoctor.facts.snapshot import Facts, Identity
from albdoctor.facts.wire import Probes
from albdoctor.merge.snapshots import OTHER_DOMAIN, merge
from tests.support.build import (
    ACCOUNT,
    BALANCER_ARN,
    GROUP_ARN,
    LISTENER_80_ARN,
    LISTENER_443_ARN,
    NOW,
    REGION,
    balancer,
    facts,
    group,
    listener,
    target,
)
from tests.support.build_dns import (
    certificate,
    denied,
    host_answers,
    probe,
    record_set,
    records,
    registration,
    route53_domain,
    validation_answer,
    zone,
)
from tests.support.build_net import node
from tests.support.merging import merge_all

NODE = "198.51.100.10"
DNS = "210987654321"
ALIAS = f"dualstack.{balancer().d_n_s_name}"
THROTTLED = Unknown(gap=Gap.THROTTLED, asked="elasticloadbalancing:DescribeListeners")


def identity(account: str) -> tuple[Identity, ...]:
    return (Identity(account=account, arn=f"arn:aws:iam::{account}:user/me"),)


def at(minutes: float, snapshot: Facts, **scan: Any) -> Facts:
    """The snapshot, taken so many minutes later."""
    return replace(snapshot, scan=replace(snapshot.scan, taken_at=NOW + timedelta(minutes=minutes), **scan))


def of_dns(**groups: Any) -> Facts:
    """What the account of the zone sees: the alias, and no balancer that it names."""
    base: dict[str, Any] = {
        "identities": identity(DNS),
        "hosted_zones": (zone(),),
        "record_sets": (records(record_set(alias=ALIAS)),),
        "host_answers": host_answers(NODE),
        "leads": (Lead(how=How.ALIAS, name=ALIAS, region=REGION),),
        "load_balancers": (),
        "listeners": (),
        "network_interfaces": (),
        "certificates": (certificate("old.shop.example", arn=f"arn:aws:acm:{REGION}:{DNS}:certificate/1"),),
        "validation_answers": (),
    }
    return facts(**(base | groups))


def of_web(**groups: Any) -> Facts:
    """What the account of the balancer sees: a balancer with the address that DNS gives, and no zone."""
    base: dict[str, Any] = {
        "identities": identity(ACCOUNT),
        "hosted_zones": (),
        "record_sets": (),
        "host_answers": host_answers(NODE),
        "leads": (Lead(how=How.ADDRESS, name=NODE, region=REGION, load_balancer_arn=BALANCER_ARN),),
        "load_balancers": (balancer(),),
        "listeners": (listener(),),
        "network_interfaces": (node(NODE),),
        "certificates": (certificate("shop.example"),),
        "validation_answers": (validation_answer(),),
    }
    return facts(**(base | groups))


def of_nobody(**groups: Any) -> Facts:
    """What a scan of everything in the balancer's account sees: no name leads there."""
    name = balancer().dns_name
    option = Lead(how=How.OPTION, name=BALANCER_ARN, region=REGION, load_balancer_arn=BALANCER_ARN)
    base: dict[str, Any] = {
        "identities": identity(ACCOUNT),
        "leads": (option,),
        "load_balancers": (balancer(),),
        "listeners": (listener(),),
        "network_interfaces": (node(NODE),),
    }
    snapshot = facts(name, name, **(base | groups))
    return replace(snapshot, scan=replace(snapshot.scan, named=False))


BOTH = facts(
    identities=(*identity(DNS), *identity(ACCOUNT)),
    hosted_zones=(zone(),),
    record_sets=(records(record_set(alias=ALIAS)),),
    host_answers=host_answers(NODE),
    leads=(
        Lead(how=How.ALIAS, name=ALIAS, region=REGION, load_balancer_arn=BALANCER_ARN),
        Lead(how=How.ADDRESS, name=NODE, region=REGION, load_balancer_arn=BALANCER_ARN),
    ),
    load_balancers=(balancer(),),
    listeners=(listener(),),
    network_interfaces=(node(NODE),),
    certificates=(certificate("shop.example"),),
    validation_answers=(validation_answer(),),
)
"""What one scan with both profiles sees."""


def test_one_alone_is_itself_and_twice_the_same_is_once() -> None:
    one = of_dns()
    assert merge((one,)) is one
    assert merge_all([one, of_dns()]) == (one,)


def test_the_zone_in_one_account_and_the_balancer_in_another() -> None:
    assert merge_all([of_dns(), at(1, of_web())]) == merge_all([at(1, of_web()), of_dns()]) == (BOTH,)
    later = merge_all([at(1, of_dns()), of_web()])[0]
    assert replace(later, identities=BOTH.identities) == BOTH
    assert later.identities == Known((*identity(ACCOUNT), *identity(DNS)))


def test_whose_role_may_not_list_balancers_still_tells_where_the_name_leads() -> None:
    gap = denied("elasticloadbalancing:DescribeLoadBalancers")
    blind = dict.fromkeys(("leads", "load_balancers", "listeners", "network_interfaces", "certificates"), gap)
    assert merge_all([of_dns(**blind), at(1, of_web())]) == (BOTH,)


def test_the_scan_is_that_of_the_first_and_covers_them_all() -> None:
    one = at(5, of_dns(), seconds=2.0, regions=("us-east-1",))
    other = at(3, of_web(), seconds=4.0)
    assert merge_all([one, other])[0].scan == replace(
        BOTH.scan, taken_at=NOW + timedelta(minutes=3), seconds=4.0, regions=(REGION, "us-east-1")
    )


@pytest.mark.parametrize(
    ("name", "first", "second", "merged"),
    [
        # DNS and the wire: who knows wins; of two the later
        ("registration", THROTTLED, registration(), Known(registration())),
        ("registration", registration(), THROTTLED, Known(registration())),
        ("registration", registration(registrar="A"), registration(registrar="B"), Known(registration(registrar="B"))),
        ("registration", not_asked("registration data"), THROTTLED, THROTTLED),
        ("host_answers", host_answers(NODE), host_answers("192.0.2.9"), Known(host_answers("192.0.2.9"))),
        # lists of an account: every account must have been heard
        ("hosted_zones", (zone("Z1"),), (zone("Z2"),), Known((zone("Z1"), zone("Z2")))),
        (
            "hosted_zones",
            (zone("Z1"),),
            denied("route53:ListHostedZonesByName"),
            denied("route53:ListHostedZonesByName"),
        ),
        ("hosted_zones", denied("route53:ListHostedZonesByName"), (), denied("route53:ListHostedZonesByName")),
        ("hosted_zones", (zone("Z1"),), not_asked("x"), not_asked("x")),
        ("identities", denied("sts:GetCallerIdentity"), identity("1"), denied("sts:GetCallerIdentity")),
        # things of balancers: only who reached one is asked
        ("listeners", THROTTLED, (listener(),), Known((listener(),))),
        ("listeners", (listener(),), THROTTLED, THROTTLED),
        ("certificates", denied("acm:ListCertificates"), (certificate("a.b"),), Known((certificate("a.b"),))),
        ("certificates", (certificate("a.b"),), denied("acm:ListCertificates"), denied("acm:ListCertificates")),
    ],
)
def test_a_group_of_the_zones_account_and_of_the_balancers_account(
    name: str, first: Any, second: Any, merged: Any
) -> None:
    (seen,) = merge_all([at(0, of_dns(**{name: first})), at(1, of_web(**{name: second}))])
    assert getattr(seen, name) == merged


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        ((), (), Known(())),
        (THROTTLED, (), THROTTLED),
        ((), THROTTLED, THROTTLED),
        ((), not_asked("x"), not_asked("x")),
    ],
)
def test_that_no_name_leads_anywhere_must_be_said_by_all(first: Any, second: Any, merged: Any) -> None:
    none = {"host_answers": host_answers(), "network_interfaces": (), "hosted_zones": (), "record_sets": ()}
    one = of_dns(**none, leads=first, load_balancers=first)
    other = of_web(**none, leads=second, load_balancers=second)
    (seen,) = merge_all([one, other])
    assert seen.leads == merged
    assert seen.load_balancers == merged


def test_a_domain_held_by_one_account_is_held_whatever_the_other_may_not_ask() -> None:
    gap = denied("route53domains:GetDomainDetail")
    held = (route53_domain(),)
    assert merge_all([of_dns(registered_domains=held), of_web(registered_domains=gap)])[0].registered_domains == Known(
        held
    )
    assert merge_all([of_dns(registered_domains=()), of_web(registered_domains=gap)])[0].registered_domains == gap


def test_a_shard_that_runs_again_closes_its_gap_and_brings_nothing_back() -> None:
    first = of_web(listeners=(listener(), listener(80)), hosted_zones=THROTTLED, groups_health=THROTTLED)
    health = (GroupHealth(target_group_arn=GROUP_ARN, targets=Known((target(),))),)
    again = at(30, of_web(groups_health=health))
    assert merge_all([first, again]) == merge_all([again, first]) == (again,)


def test_what_the_second_run_missed_is_taken_from_the_first() -> None:
    first = of_web(listeners=(listener(), listener(80)))
    again = at(30, of_web(listeners=THROTTLED, load_balancers=(balancer(Scheme="internal"),)))
    (seen,) = merge_all([first, again])
    assert seen == replace(
        first, load_balancers=again.load_balancers, listeners=Known((listener(), listener(80))), scan=first.scan
    )


def test_another_account_does_not_close_a_gap() -> None:
    other = of_web(identities=identity("999999999999"))
    (seen,) = merge_all([of_web(hosted_zones=THROTTLED), at(9, other)])
    assert seen.hosted_zones == THROTTLED


def test_who_is_not_known_to_be_of_the_same_account_does_not_close_a_gap() -> None:
    unknown = denied("sts:GetCallerIdentity")
    one = of_web(hosted_zones=THROTTLED, identities=unknown)
    (seen,) = merge_all([one, at(9, of_web())])
    assert seen.hosted_zones == THROTTLED
    assert seen.identities == unknown


def test_a_part_that_one_could_not_read_is_taken_from_the_other() -> None:
    unread = (GroupHealth(target_group_arn=GROUP_ARN, targets=THROTTLED),)
    read = (GroupHealth(target_group_arn=GROUP_ARN, targets=Known((target(),))),)
    for one, other in ((read, unread), (unread, read)):
        (seen,) = merge_all([of_web(groups_health=one), at(9, of_web(groups_health=other, listeners=THROTTLED))])
        assert seen.groups_health == Known(read)


def test_every_address_that_was_probed_stays() -> None:
    one = Probes(host="shop.example", addresses=(probe(address=NODE),))
    other = Probes(host="shop.example", addresses=(probe(address="192.0.2.9"), probe(address=NODE)))
    (seen,) = merge_all([of_dns(probes=one), at(1, of_web(probes=other))])
    assert isinstance(seen.probes, Known)
    assert [each.address for each in seen.probes.value.addresses] == [NODE, "192.0.2.9"]


def test_other_requests_stay_apart_in_their_order() -> None:
    www = facts("www.shop.example", "shop.example", identities=identity(DNS))
    deep = replace(www, scan=replace(www.scan, path="/deep"))
    assert merge_all([www, of_dns(), deep, at(1, of_web())]) == (www, BOTH, deep)


def test_a_balancer_without_a_name_becomes_that_of_the_name_that_leads_to_it() -> None:
    (seen,) = merge_all([of_dns(), of_nobody()])
    foreign = {
        name: Unknown(gap=Gap.NOT_ASKED, asked=asked, detail=OTHER_DOMAIN)
        for name, asked in (
            ("certificates", "acm:ListCertificates"),
            ("validation_answers", "DNS answers for ACM validation names"),
        )
    }
    assert seen.scan == BOTH.scan
    assert all(getattr(seen, name) == getattr(BOTH, name) for name in ("leads", "load_balancers", "listeners"))
    assert all(getattr(seen, name) == getattr(BOTH, name) for name in ("identities", "hosted_zones", "record_sets"))
    assert {name: getattr(seen, name) for name in foreign} == foreign


def test_a_balancer_that_a_sibling_name_reached_comes_with_the_certificates_of_the_domain() -> None:
    www = of_web()
    www = replace(www, scan=replace(www.scan, host="www.shop.example", domain="www.shop.example"))
    seen, same = merge_all([of_dns(), www])
    assert seen == BOTH
    assert same == www


def test_a_snapshot_with_more_balancers_than_the_name_leads_to_lends_none() -> None:
    other = balancer(LoadBalancerArn=f"{BALANCER_ARN}0", DNSName=f"other-1.{REGION}.elb.amazonaws.com")
    assert merge_all([of_dns(), of_nobody(load_balancers=(balancer(), other))])[0] == of_dns()


def test_a_balancer_that_is_only_guessed_to_be_the_names_keeps_its_own_report() -> None:
    guess = Lead(how=How.CERTIFICATE, name=LISTENER_443_ARN, region=REGION, load_balancer_arn=BALANCER_ARN)
    guessed = of_web(leads=(guess,), host_answers=host_answers())
    assert merge_all([guessed, of_nobody()]) == (guessed, of_nobody())
    assert merge_all([of_web(), of_nobody()]) == (of_web(),)


def test_a_name_whose_scan_missed_something_of_its_balancer_borrows_it() -> None:
    (seen,) = merge_all([of_web(listeners=THROTTLED), of_nobody(target_groups=(group(),))])
    assert seen.listeners == Known((listener(),))
    assert seen.certificates == of_web().certificates
    assert LISTENER_80_ARN not in str(seen)


ACM_DENIED = denied("acm:ListCertificates")


@pytest.mark.parametrize(
    ("elsewhere", "merged"),
    [((), Known((certificate("a.b"),))), (ACM_DENIED, ACM_DENIED)],
    ids=["looked at us-east-1 too", "could not"],
)
def test_who_could_not_look_at_us_east_1_does_not_stand_in_for_who_was_there(elsewhere: Any, merged: Any) -> None:
    bare: dict[str, Any] = {"identities": identity(DNS), "leads": (), "load_balancers": ()}
    seoul = facts(**bare, certificates=(certificate("a.b"),), certificates_elsewhere=elsewhere)
    virginia = facts(**bare, certificates=ACM_DENIED, certificates_elsewhere=ACM_DENIED)
    seen = merge((at(1, seoul, regions=(REGION, "us-east-1")), at(2, virginia, regions=("us-east-1",))))
    assert seen.certificates == merged


def test_the_course_of_a_counter_comes_with_its_sum_and_the_later_one_counts() -> None:
    early, late = (
        Metric(
            name="RequestCount",
            load_balancer_arn=BALANCER_ARN,
            total=3.0 * number,
            datapoints=2,
            course=Course(since=NOW, period=300, sums=(2.0 * number, 1.0 * number)),
        )
        for number in (1, 2)
    )
    base: dict[str, Any] = {"identities": identity(ACCOUNT), "load_balancers": (balancer(),)}
    one, other = (facts(**base, metrics=Metrics(hours=3.0, values=(each,))) for each in (early, late))
    seen = merge((at(1, one), at(2, other)))
    assert seen.metrics == Known(Metrics(hours=3.0, values=(late,)))
