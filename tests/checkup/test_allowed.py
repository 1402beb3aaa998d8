"""`--allow-gaps[=KIND,...]`: which gaps make no exit code 3, over saved facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from albdoctor.checkup.allowed import AWS, DNS, PROBES, REGISTRATION, allowed, is_allowed
from albdoctor.cli import main
from albdoctor.errors import BadOptionError
from albdoctor.facts.files import encode
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from tests.support.build_dns import denied
from tests.support.stories import story

RULES = "elasticloadbalancing:DescribeRules"


def unknown(asked: str, gap: Gap = Gap.DENIED) -> Unknown:
    return Unknown(gap=gap, asked=asked)


@pytest.mark.parametrize(
    ("gap", "sources"),
    [
        (unknown("ec2:DescribeSubnets"), {AWS, "ec2", "ec2:DescribeSubnets"}),
        (unknown("registration data"), {REGISTRATION}),
        (unknown("DNS delegation"), {DNS}),
        (unknown("CAA shop.example at ns-1.awsdns-01.com"), {DNS}),
        (unknown("probes of the name's addresses"), {PROBES}),
        (unknown("direct probe of the target"), {PROBES}),
    ],
)
def test_a_gap_is_allowed_by_its_kind_its_source_and_its_question(gap: Unknown, sources: set[str]) -> None:
    for kind in {"all", "denied", *sources}:
        assert is_allowed(gap, allowed([kind])), kind
    for kind in {"unreachable", "ecs", AWS, DNS, PROBES, REGISTRATION} - sources:
        assert not is_allowed(gap, allowed([kind])), kind


def test_kinds_stand_in_one_word_or_in_several() -> None:
    assert allowed(["denied, dns", "ec2"]) == {"denied", "dns", "ec2"}


@pytest.mark.parametrize(
    ("kind", "near"),
    [
        ("denid", "did you mean denied?"),
        ("ec2:DescribeSubnet", "did you mean ec2:DescribeSubnets?"),
        ("?", "there are: all"),
    ],
)
def test_a_kind_that_is_none_is_refused(kind: str, near: str) -> None:
    with pytest.raises(BadOptionError, match="there is no kind of gap") as refused:
        allowed([kind])
    assert near in str(refused.value)


def judged(capsys: pytest.CaptureFixture[str], saved: Path, *words: str) -> tuple[int, str]:
    code = main(["scan", "--facts", str(saved), "--lang", "en", *words])
    told = capsys.readouterr()
    return code, (told.out + told.err).splitlines()[-1]


def saved(folder: Path, facts: Facts) -> Path:
    (folder / "facts.json").write_bytes(encode([facts]))
    return folder / "facts.json"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 3),
        (("--allow-gaps",), 0),
        (("--allow-gaps=denied",), 3),
        (("--allow-gaps=not-asked,denied",), 0),
        (("--allow-gaps=not-asked,elasticloadbalancing",), 0),
        (("--allow-gaps=not-asked,unreachable,ec2",), 3),
        (("--allow-gaps=denid",), 2),
    ],
)
def test_only_what_is_named_is_allowed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    # The story holds a part of the facts: the others were not asked for.
    ended, said = judged(capsys, saved(tmp_path, story("healthy", rules=denied(RULES))), *words)
    assert ended == code
    assert code == 2 or said.startswith(f"exit {code}: "), said


def test_the_next_word_is_a_name_and_no_kind(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = saved(tmp_path, story("healthy"))
    assert judged(capsys, file, "--allow-gaps")[0] == 0
    ended, said = judged(capsys, file, "--allow-gaps", str(tmp_path / "nowhere.json"))
    assert (ended, "nowhere.json" in said) == (2, True), said


def test_where_not_even_the_balancer_could_be_seen_nothing_is_accepted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blind = story("healthy", load_balancers=denied("elasticloadbalancing:DescribeLoadBalancers"))
    assert judged(capsys, saved(tmp_path, blind), "--allow-gaps") == (
        3,
        "exit 3: nothing found at or over --fail-on error, but not even the load balancer could be seen",
    )
