"""One member of one thing is missing: a check that reads it has a gap in its place, and nothing else changes."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Any

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import asdict, fields, replace

from albdoctor.api import judge
from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome, Result, run, run_one
from albdoctor.checkup.finding import Finding
from albdoctor.collect.aws.complete import read_complete
from albdoctor.derive.consistency import holes_as_gaps
from albdoctor.errors import BadFactsError
from albdoctor.facts.ec2 import Subnet
from albdoctor.facts.elb import Rule, TargetGroup
from albdoctor.facts.files import decode, encode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.mirror import Lack, Mirror, lacking, lacks_in, naming, sent_words
from albdoctor.facts.snapshot import Facts
from albdoctor.redact.snapshot import redact
from albdoctor.report import html, terminal
from tests.support.merging import merge_all

CHECKS = registry.load()
STORIES = {
    name: decode((Path(__file__).parent / f"{name}.json").read_bytes(), name)[0]
    for name in ("founding-story", "healthy")
}
Steps = tuple[Any, ...]
ASKED = "service:Action"


def things(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Mirror]]:
    """The way to every mirrored structure, however deep."""
    if isinstance(value, tuple):
        for at, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from things(item, (*steps, at))
    elif isinstance(value, Struct):
        if isinstance(value, Mirror):
            yield steps, value
        for field in value.__struct_fields__:
            yield from things(getattr(value, field), (*steps, field))


def put(value: Any, steps: Steps, new: Any) -> Any:
    """A copy with another thing in one place."""
    if not steps:
        return new
    step, *rest = steps
    if isinstance(step, int):
        return (*value[:step], put(value[step], tuple(rest), new), *value[step + 1 :])
    return replace(value, **{step: put(getattr(value, step), tuple(rest), new)})


def cases() -> Iterator[Any]:
    """Of each kind of structure in a story the first and the last thing, and each member that can be missing."""
    for story, facts in STORIES.items():
        of_type: dict[type[Mirror], list[tuple[Steps, Mirror]]] = defaultdict(list)
        for steps, thing in things(facts):
            of_type[type(thing)].append((steps, thing))
        for type_, found in of_type.items():
            # Two things of the story with faults; of the healthy one the first, which has most around it.
            for steps in dict.fromkeys((found[0][0], found[-1][0]) if story == "founding-story" else (found[0][0],)):
                for field in fields(type_):
                    fixed = field.name == "lacks" or field.name in naming(type_) or sent_words(field.type) == "never"
                    if not fixed:
                        place = ".".join(map(str, steps)).replace(".value.", ".")
                        yield pytest.param(
                            story, steps, field.encode_name, field.name, id=f"{story}-{place}-{field.name}"
                        )


CASES = tuple(cases())


@cache
def before(story: str) -> dict[str, Outcome]:
    """What the checks say of a whole story."""
    return {check.slug: run_one(STORIES[story], check) for check in CHECKS}


def unasked(story: str, check: Check) -> bool:
    """Whether a check needs a group that nobody asked for when the story was recorded: it is skipped for that."""
    needed = (getattr(STORIES[story], need.group) for need in check.needs if not need.optional and need.group != "scan")
    return any(isinstance(value, Unknown) and value.gap is Gap.NOT_ASKED for value in needed)


def readers(facts: Facts, steps: Steps, thing: Mirror, field: str) -> set[str]:
    """The checks that look at a member of a thing, watched as they do it."""
    seen: list[str] = []
    value = getattr(thing, field)

    def read(_thing: Mirror) -> Any:
        seen.append(field)
        return value

    make: Any = type(type(thing))
    watched = put(facts, steps, make(type(thing).__name__, (type(thing),), {field: property(read)})(**asdict(thing)))
    found: set[str] = set()
    for check in CHECKS:
        seen.clear()
        run_one(watched, check)
        if seen:
            found.add(check.slug)
    return found


def at(facts: Any, steps: Steps) -> Any:
    for step in steps:
        facts = facts[step] if isinstance(step, int) else getattr(facts, step)
    return facts


def cut(facts: Facts, steps: Steps, member: str) -> tuple[Facts, Unknown]:
    """The story without a member, and its gap."""
    lack = Lack(member=member, asked=ASKED, of="thing")
    made: Facts = put(facts, steps, lacking(at(facts, steps), (lack,)))
    return made, lack.unknown


@cache
def without_the_list(story: str, group: str) -> set[str]:
    """The checks that have a gap where a whole group is missing."""
    wide = holes_as_gaps(replace(STORIES[story], **{group: Unknown(gap=Gap.FAILED, asked=ASKED)}))
    return {check.slug for check in CHECKS if run_one(wide, check).gaps}


def said_before(check: Check, finding: Finding, before: tuple[Finding, ...]) -> bool:
    """Whether a finding is one of these; a last word rules out less where less is known, and says the same."""
    if not check.last_word:
        return finding in before
    alike = [one for one in before if replace(one, evidence=finding.evidence) == finding]
    return any(all(seen in one.evidence for seen in finding.evidence) for one in alike)


@pytest.mark.sweep
@pytest.mark.parametrize(("story", "steps", "member", "field"), CASES)
def test_only_checks_that_read_what_is_missing_have_a_gap(story: str, steps: Steps, member: str, field: str) -> None:
    facts = STORIES[story]
    made, gap = cut(facts, steps, member)
    needed_by = readers(facts, steps, at(facts, steps), field)
    for second in run(holes_as_gaps(made), CHECKS):
        check, first = second.check, before(story)[second.check.slug]
        assert second.result is not Result.CRASHED, second.crash
        if check.slug not in needed_by:
            assert second == first, check.slug
            continue
        if unasked(story, check):
            assert second.result is Result.SKIPPED
            continue
        assert gap in (*second.gaps, *second.missed), check.slug
        assert [one for one in second.findings if not said_before(check, one, first.findings)] == []
        if gap in second.gaps:
            assert second.result in (Result.SKIPPED, Result.FOUND)
            assert check.slug in without_the_list(story, str(steps[0])), "wider than without the whole list"
        else:
            assert second.result is not Result.PASSED or first.result is Result.PASSED


@pytest.mark.sweep
@pytest.mark.parametrize(("story", "steps", "member", "field"), CASES)
def test_what_is_missing_is_drawn_written_read_merged_and_redacted(
    story: str, steps: Steps, member: str, field: str
) -> None:
    del field
    made, gap = cut(STORIES[story], steps, member)
    report = judge(made)
    terminal.write(report, io.StringIO())
    assert report.verdict != "sound" or not [one for one in report.gaps if one.detail == gap.detail and one.needed_by]
    assert decode(encode((made,)), "cut.json") == (made,)
    assert merge_all((made,)) == (made,)
    [hidden] = lacks_in(redact(made))
    assert (hidden.member, hidden.asked) == (member, ASKED)
    assert hidden.of not in ("", "thing")


def test_the_cases_are_many() -> None:
    assert len(CASES) > 400


@pytest.mark.parametrize(("group", "member"), [("load_balancers", "DNSName"), ("network_interfaces", "Description")])
def test_shards_are_merged_though_one_lacks_what_others_are_found_by(group: str, member: str) -> None:
    facts = STORIES["founding-story"]
    found = next(steps for steps, _ in things(facts) if steps[0] == group)
    made, gap = cut(facts, found, member)
    later = replace(facts, scan=replace(facts.scan, taken_at=facts.scan.taken_at + timedelta(minutes=1)), leads=gap)
    [merged] = merge_all((made, later))
    assert judge(merged).verdict == "broken"


@pytest.mark.parametrize("member", ["ListenerArn", "Lacks", "Nothing"])
def test_a_facts_file_cannot_say_that_a_thing_lacks_its_name(member: str) -> None:
    tree: Any = msgspec.to_builtins(STORIES["healthy"])
    tree["listeners"]["value"][0]["Lacks"] = [{"member": member, "asked": ASKED}]
    with pytest.raises(BadFactsError, match=f"facts file x does not fit: Listener cannot lack '{member}'"):
        decode(msgspec.json.encode(tree), "x")


def bare(value: Any) -> Any:
    """Facts as AWS's answer: what it leaves out is not there."""
    if isinstance(value, tuple):
        return [bare(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(value, Struct):
        return value
    held = ((field, getattr(value, field.name)) for field in fields(type(value)) if field.name != "lacks")
    return {field.encode_name: bare(one) for field, one in held if one is not None}


def answered(facts: Facts, group: str, type_: type[Mirror], change: Callable[[Any], None]) -> Facts:
    """The facts, with AWS's answer for a group changed."""
    known: Known[Any] = getattr(facts, group)
    raw = bare(known.value)
    change(raw)
    items: Any = GenericAlias(tuple, (type_, ...))
    return replace(facts, **{group: Known(read_complete(raw, items, ASKED))})


def skipped(facts: Facts, story: str) -> dict[str, set[str]]:
    """The checks with a gap that they did not have, and what it says."""
    outcomes = run(holes_as_gaps(facts), CHECKS)
    new = {one.check.slug: {*one.gaps} - {*before(story)[one.check.slug].gaps} for one in outcomes}
    return {slug: {gap.detail for gap in gaps} for slug, gaps in new.items() if gaps}


def test_a_redirect_without_a_host_keeps_the_requests() -> None:
    def change(rules: Any) -> None:
        redirects = [
            action["RedirectConfig"] for rule in rules for action in rule["Actions"] if "RedirectConfig" in action
        ]
        assert redirects
        for redirect in redirects:
            for name in ("Host", "Path", "Query"):
                if redirect[name].strip("/") == f"#{{{name.lower()}}}":
                    del redirect[name]

    facts = answered(STORIES["healthy"], "rules", Rule, change)
    assert facts == STORIES["healthy"]


def test_a_target_group_without_a_protocol_version_takes_the_checks_that_need_it() -> None:
    facts = STORIES["founding-story"]
    made = answered(facts, "target_groups", TargetGroup, lambda groups: groups[0].pop("ProtocolVersion"))
    assert isinstance(facts.target_groups, Known)
    arn = facts.target_groups.value[0].target_group_arn
    told = skipped(made, "founding-story")
    assert set(told) == readers(facts, ("target_groups", "value", 0), facts.target_groups.value[0], "protocol_version")
    assert {each for details in told.values() for each in details} == {f"{arn}: no ProtocolVersion in the answer"}
    # The script that makes another group of the same version needs it, and who compares it with what targets speak.
    assert set(told) == {"tg-https-target-speaks-http", "tg-protocol-version-mismatch"}
    assert {one.slug for one in judge(made).findings} == {one.slug for one in judge(facts).findings} - set(told)


@pytest.mark.parametrize("story", STORIES)
def test_an_ipv6_only_subnet_beside_the_others_is_no_gap(story: str) -> None:
    facts = STORIES[story]

    def change(subnets: Any) -> None:
        zone = {name: subnets[0][name] for name in ("VpcId", "AvailabilityZone")}
        subnets.append({"SubnetId": "subnet-6", "Ipv6Native": True, **zone})

    made = answered(facts, "subnets", Subnet, change)
    assert isinstance(made.subnets, Known)
    assert isinstance(facts.subnets, Known)
    assert len(made.subnets.value) == len(facts.subnets.value) + 1
    assert skipped(made, story) == {}
    assert judge(made).verdict == judge(facts).verdict
    assert html.render((judge(made),))


@pytest.mark.parametrize("story", STORIES)
def test_a_balancer_in_an_ipv6_only_subnet_is_not_judged_falsely(story: str) -> None:
    """Ways through it are not known; a check that needs none is as before."""
    facts = STORIES[story]

    def change(subnets: Any) -> None:
        for name in ("CidrBlock", "AvailableIpAddressCount"):
            subnets[0].pop(name, None)
        subnets[0]["Ipv6Native"] = True

    made = answered(facts, "subnets", Subnet, change)
    assert {detail for details in skipped(made, story).values() for detail in details} <= {
        "no IPv4 range of subnet " + one.subnet_id + " is known" for one in getattr(made.subnets, "value", ())
    }
    known = {(one.check, one.subject.id) for one in judge(facts).findings}
    assert {(one.check, one.subject.id) for one in judge(made).findings} <= known
