"""`--redact`: nothing of an original is left, and nothing of the judgement is lost."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import msgspec
import msgspec.inspect as mi
import pytest

from albdoctor.api import judge
from albdoctor.facts.files import encode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import HostedZone
from albdoctor.facts.snapshot import Facts
from albdoctor.policy import Policy
from albdoctor.redact.snapshot import redact, redact_all
from albdoctor.report import html, junit, terminal
from albdoctor.report.model import Report
from tests.support.build import balancer, facts, forward, group, listener, redirect, rule, target
from tests.support.build_dns import GABIA, delegation, host_answers, record_set, records, zone
from tests.support.build_net import SG_ALB, network_facts, node, permission, security_group
from tests.support.build_targets import answer, health, metrics, plain, probed, refused, unhealthy, with_courses
from tests.support.build_web import address_probe, exchange, web
from tests.support.marked import Marked

ALB = "web-1234567890.ap-northeast-2.elb.amazonaws.com"


def _texts(
    type_: mi.Type, place: str, declared: frozenset[str], met: set[type]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every text in a type: where it is, and what its type declares about redaction."""
    match type_:
        case mi.Metadata():
            extra: dict[str, Any] = type_.extra or {}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - a bare dict
            said = {key for key in extra if key in ("redact", "kept")}
            yield from _texts(type_.type, place, declared | said, met)
        case mi.StructType():
            if type_.cls not in met:
                met.add(type_.cls)
                for field in type_.fields:
                    yield from _texts(field.type, f"{type_.cls.__name__}.{field.name}", frozenset(), met)
        case mi.UnionType():
            for one in type_.types:
                yield from _texts(one, place, declared, met)
        case mi.VarTupleType():
            yield from _texts(type_.item_type, place, declared, met)
        case mi.TupleType():
            for one in type_.item_types:
                yield from _texts(one, place, declared, met)
        case mi.StrType():
            yield place, declared
        case _:
            pass


def test_every_text_field_of_the_facts_says_how_it_is_redacted_or_why_it_stays() -> None:
    texts = dict(_texts(mi.type_info(Facts), "", frozenset(), set()))
    assert len(texts) > 150
    assert {place: said for place, said in texts.items() if len(said) != 1} == {}


class Undeclared(msgspec.Struct):
    plain: str


def test_a_text_without_a_kind_is_noticed() -> None:
    assert dict(_texts(mi.type_info(Undeclared), "", frozenset(), set())) == {"Undeclared.plain": frozenset()}


def _renderings(report: Report) -> dict[str, str]:
    page = io.StringIO()
    terminal.write(report, page, color=False, files={})
    told = {"text": page.getvalue(), "html": html.render((report,)), "junit": junit.render((report,), "info").decode()}
    for name in ("json", "sarif", "markdown", "github"):
        content: bytes = import_module(f"albdoctor.report.{name}").render((report,))
        told[name] = content.decode()
    return told


def test_the_course_of_a_counter_stays() -> None:
    seen = with_courses(shop())
    made = redact(seen)
    assert isinstance(seen.metrics, Known)
    assert isinstance(made.metrics, Known)
    courses = [one.course for one in seen.metrics.value.values]
    assert [one.course for one in made.metrics.value.values] == courses
    assert courses[0]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_marker_is_left_in_any_format_or_in_the_facts(lang: Any) -> None:
    marked = Marked()
    original = marked.facts()
    written = encode((original,)).decode()
    assert all(secret in written for secret in marked.secrets)
    made = redact(original)
    told = {"facts": encode((made,)).decode(), **_renderings(judge(made, Policy(lang=lang)))}
    assert [(name, secret) for name, text in told.items() for secret in marked.secrets if secret in text] == []


def test_the_story_leaves_nothing_in_any_format() -> None:
    made = redact(shop())
    told = {"facts": encode((made,)).decode(), **_renderings(judge(made))}
    secrets = (
        "shop.",
        "1234567890",
        "123456789012",
        "50dc6c49",
        "web-",
        "203.0.113.20",
        "10.0.1.23",
        "i-0abc",
        "/admin",
    )
    assert [(name, secret) for name, text in told.items() for secret in secrets if secret in text] == []


def shop(**groups: Any) -> Facts:
    """Many faults at once: delegation, records, security groups, rules, target group, health check, redirects."""
    base: dict[str, Any] = {
        "delegation": delegation(*GABIA),
        "hosted_zones": (zone(), zone("Z2", "shop.example", ("ns-9.awsdns-09.com",)), zone("Z3", private=True)),
        "record_sets": (records(record_set("shop.example", "A", alias=f"dualstack.{ALB}")), records(zone_id="Z2")),
        "load_balancers": (balancer(),),
        "listeners": (listener(443), listener(80, DefaultActions=[redirect()])),
        "rules": (
            rule(),
            rule(port=80),
            rule("5", Conditions=[_hosts("*.shop.example", "api.*")], Actions=[forward()]),
            rule("7", Conditions=[_paths("/admin/*", "/x?")], Actions=[forward()]),
            rule("10", Conditions=[_hosts("sh?p.ex*")], Actions=[redirect(Host="www.#{host}", Path="/admin/#{path}")]),
        ),
        "target_groups": (group(Protocol="HTTPS", Port=443, HealthCheckPath="/admin/health", HealthCheckPort="8080"),),
        "groups_health": health(unhealthy(443, check=8080), target("i-0def", 443)),
        "target_probes": (probed(plain(80, answer(location="https://shop.example/admin")), refused(443), port=443),),
        "metrics": metrics(TargetTLSNegotiationErrorCount=361.0),
        **network_facts(security_groups=(SG_ALB, security_group("sg-web", permission(443, 443, "10.0.1.0/24")))),
        "probes": web(
            address_probe(http=(exchange("http://shop.example/", 301, location="https://shop.example:443/admin"),))
        )["probes"],
        "host_answers": host_answers("198.51.100.10"),
        "network_interfaces": (node(),),
    }
    return facts(**(base | groups))


def _hosts(*values: str) -> dict[str, Any]:
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(values)}}


def _paths(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def verdicts(snapshot: Facts) -> dict[str, Any]:
    """All of a judgement but the names in it."""
    report = judge(snapshot)
    slugs = {finding.fingerprint: finding.slug for finding in report.findings}
    return {
        "findings": Counter(
            (
                one.check,
                one.severity,
                one.certainty,
                one.root_cause,
                one.subject.kind,
                tuple(sorted(slugs[cause] for cause in one.explained_by)),
                len(one.evidence),
            )
            for one in report.findings
        ),
        "checks": [(one.check, one.outcome, [gap.gap for gap in one.gaps]) for one in report.checks],
        "stages": [(one.stage, one.status, Counter(row.status for row in one.rows)) for one in report.stages],
        "end": (report.verdict, report.exit_code, report.exit_reason),
    }


DENIED = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups", detail="arn:aws:iam::123456789012:user/me may not")
STORIES = {
    "many faults": shop(),
    "sound delegation": shop(delegation=delegation(*zone().name_servers)),
    "hardcoded": shop(record_sets=(records(record_set("shop.example", "A", "198.51.100.10")),)),
    "gap": shop(security_groups=DENIED),
    "loop": shop(listeners=(listener(443, DefaultActions=[redirect()]),), rules=(rule(Actions=[redirect()]),)),
    "everything": Marked().facts(),
}


@pytest.mark.parametrize("story", STORIES)
def test_redacted_facts_are_judged_as_the_originals_are(story: str) -> None:
    once = redact(STORIES[story])
    assert verdicts(once) == verdicts(STORIES[story])
    assert verdicts(redact(once)) == verdicts(STORIES[story])


def test_the_stories_find_much() -> None:
    assert len(judge(STORIES["many faults"]).findings) >= 5


@pytest.mark.parametrize("story", STORIES)
def test_the_same_facts_give_the_same_redacted_facts(story: str) -> None:
    assert redact(STORIES[story]) == redact(STORIES[story])


def test_several_snapshots_are_told_apart() -> None:
    other = msgspec.structs.replace(
        shop(), scan=msgspec.structs.replace(shop().scan, host="bar.kr", domain="bar.kr", registrable="bar.kr")
    )
    made = redact_all((shop(), other, shop()))
    assert [one.scan.host for one in made] == ["redacted-1.example", "redacted-2.kr", "redacted-1.example"]
    assert made[0] == made[2]


def test_what_a_reader_needs_stays() -> None:
    made = redact(shop())
    assert isinstance(made.delegation, Known)
    assert isinstance(made.hosted_zones, Known)
    assert isinstance(made.load_balancers, Known)
    cut = made.delegation.value.cuts[-1]
    assert (cut.zone, [one.name for one in cut.nameservers]) == ("redacted-1.example", list(GABIA))
    zones: tuple[HostedZone, ...] = made.hosted_zones.value
    assert all(name.startswith("ns-") and ".awsdns-0" in name for name in zones[0].name_servers)
    alb = made.load_balancers.value[0]
    assert alb.d_n_s_name == "alb-1-1000000001.ap-northeast-2.elb.amazonaws.com"
    assert alb.load_balancer_arn.startswith(
        "arn:aws:elasticloadbalancing:ap-northeast-2:000000000001:loadbalancer/app/"
    )
    assert alb.canonical_hosted_zone_id == balancer().canonical_hosted_zone_id
