"""Every word of ours, wherever it stands in the source, has its Korean: no new sentence can be English only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from albdoctor import details
from albdoctor.collect import credential_words
from albdoctor.facts.known import UNHEARD_OF
from albdoctor.help import CLICK
from albdoctor.lab.complaints import COMPLAINTS
from albdoctor.phrases import PLACE, Phrases
from albdoctor.text import same
from tests.support.korean import HANGUL, english
from tests.support.source import parsed

ROOT = Path(__file__).parents[2]
PATHS = [path for top in ("albdoctor", "checks") for path in sorted((ROOT / top).rglob("*.py"))]
BOOKS = {
    "asked": details.ASKED,
    "details": details.DETAILS,
    "evidence": details.EVIDENCE,
    "click": CLICK,
    "lab": COMPLAINTS,
}
PARTICLE = re.compile(r"\}(?:은|는|이|가|을|를|과|와|으로|로|이나|나|이라|라)(?![가-힣])")
"""What follows a value is written in two ways, as its last sound is: it cannot be known here."""


VALUES = {"UNHEARD_OF": UNHEARD_OF, "named": "x: "}
"""What stands for some values, where `x` would make another sentence."""


def _trees() -> Iterator[tuple[str, ast.Module]]:
    yield from ((path.relative_to(ROOT).as_posix(), parsed(path)) for path in PATHS)


def _literal(node: ast.AST | None) -> str | None:
    """A text as it stands in the source, with `x` for each value that is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else _value(one) for one in node.values)
    return None


def _value(part: ast.expr) -> str:
    name = part.value.id if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) else ""
    return VALUES.get(name, "x")


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@cache
def _all_calls() -> dict[str, list[tuple[str, ast.Call]]]:
    """Every call of the source by what is called."""
    found: dict[str, list[tuple[str, ast.Call]]] = {}
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found.setdefault(_called(node), []).append((name, node))
    return found


def _calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    yield from chain.from_iterable(_all_calls().get(name, ()) for name in names)


def _korean() -> Iterator[tuple[str, str]]:
    """Every `ko=` of the source, but for what people may type: they type English too."""
    for name, tree in _trees():
        keywords = [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]
        searched = {id(one) for keyword in keywords if keyword.arg == "words" for one in ast.walk(keyword)}
        for keyword in keywords:
            text = _literal(keyword.value) if keyword.arg == "ko" and id(keyword) not in searched else None
            if text is not None:
                yield f"{name}:{keyword.value.lineno}", text


def test_what_stands_for_korean_has_no_english_sentence() -> None:
    texts = list(_korean())
    assert len(texts) > 1_000
    prose = (
        (where, line) for where, text in texts for line in text.split("\n") if not line.startswith(("  ", "albdoctor "))
    )
    assert [(where, line) for where, line in prose if english(line)] == []


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_has_korean_with_the_same_values_and_no_particle_at_one(book: str) -> None:
    for en, ko in BOOKS[book].korean.items():
        assert sorted(PLACE.findall(en)) == sorted(PLACE.findall(ko)), en
        assert english(ko) == [], en
        assert not PARTICLE.search(ko), en
        values = {name: f"<{name}>" for name in PLACE.findall(en)}
        assert BOOKS[book].of(en.format(**values)) == ko.format(**values), f"another template takes {en!r}"


MENUS = ("use my own nameservers", "Use custom nameservers", "Use custom name servers", "Edit name servers")
"""Of registrars' panels, which have no Korean."""
ASKING = ("albdoctor/collect/aws/", "albdoctor/collect/dns/", "albdoctor/collect/registry/", "albdoctor/collect/web/")
"""Where what is raised becomes a gap's reason."""


def _details() -> Iterator[tuple[str, str]]:
    """Why something is not known, as the rooms that look and that judge write it down."""
    rooms = ("albdoctor/collect", "albdoctor/derive", "albdoctor/facts", "albdoctor/merge", "checks")
    for name, tree in _trees():
        if not name.startswith(rooms):
            continue
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            given: list[ast.expr | None] = []
            if isinstance(node, ast.Call):
                given = [keyword.value for keyword in node.keywords if keyword.arg == "detail"]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "detail":
                given = [node.value]
            elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and name.startswith(ASKING):
                given = [*node.exc.args[:1]]
            for each in given:
                text = _literal(constants.get(each.id) if isinstance(each, ast.Name) else each)
                if each is not None and text is not None:
                    yield f"{name}:{each.lineno}", text


def test_every_reason_for_not_knowing_is_in_the_book() -> None:
    found = list(_details())
    assert len(found) > 40
    assert [(where, text) for where, text in found if english(text, ()) and details.DETAILS.of(text) is None] == []
    short = [(where, text) for where, text in found if re.fullmatch(r"[a-z' ]+", text) and " " in text]
    assert [(where, text) for where, text in short if details.DETAILS.of(text) is None] == []


def test_every_question_that_is_no_action_is_in_the_book() -> None:
    asked = {
        (name, text)
        for name, node in _calls("Unknown", "Card", "not_asked")
        for keyword in node.keywords
        if keyword.arg == "asked" and (text := _literal(keyword.value)) is not None
    }
    assert len(asked) > 8
    words = [(name, text) for name, text in asked if re.search(r"[a-z]{2,} [a-z]{2,}", text)]
    assert [(name, text) for name, text in words if not HANGUL.search(details.question(text, "ko"))] == []


def test_every_word_about_credentials_is_in_the_book() -> None:
    said = {
        *credential_words.CREDENTIAL_CODES.values(),
        *credential_words.CREDENTIAL_ERRORS.values(),
        credential_words.CODE,
        credential_words.SLOW,
        credential_words.FAILED,
        credential_words.NOT_RUN,
        credential_words.NO_CREDENTIALS,
    }
    for template in said:
        for profile in ("", "prod"):
            told = credential_words.of_profile(template, profile, seconds=60, why="No such file")
            assert HANGUL.search(details.DETAILS.of(told) or ""), told


@pytest.mark.parametrize(
    "name",
    [
        *("say", "tell", "UsageError", "ClickException", "BadParameter", "Refused"),
        *("BadOptionError", "BadFactsError", "UnknownCheckError"),
    ],
)
def test_nothing_is_printed_or_refused_in_english_only(name: str) -> None:
    """Words for people pass through a `Text`; a line that begins with two spaces is to be typed."""
    texts = [(where, _literal(one)) for where, node in _calls(name) for one in node.args[:1]]
    assert [(where, text) for where, text in texts if text and not text.startswith("  ") and english(text)] == []


COMPLAINING = ("complaints", "_broken_promises", "unsound", "prove", "_prove_in_child", "_tell")
"""Functions of the lab that say what does not hold."""


def _complaints() -> Iterator[tuple[str, str]]:
    for name, node in _calls("RepairError", "ScanError"):
        yield from ((name, text) for one in node.args[:1] if (text := _literal(one)))
    for name, tree in _trees():
        for function in ast.walk(tree) if name.startswith("albdoctor/lab/") else ():
            if isinstance(function, ast.FunctionDef) and function.name in COMPLAINING:
                nodes = list(ast.walk(function))
                parts = {id(one) for joined in nodes if isinstance(joined, ast.JoinedStr) for one in joined.values}
                texts = {text for one in nodes if id(one) not in parts and (text := _literal(one))}
                said = texts - {ast.get_docstring(function, clean=False)}
                yield from ((name, text) for text in said if re.search(r"[a-z]{2,} [a-z]{2,}", text))


def test_every_complaint_of_the_lab_is_in_the_book() -> None:
    found = list(_complaints())
    assert len(found) > 20
    assert [(name, text) for name, text in found if COMPLAINTS.of(text) is None] == []


@pytest.mark.parametrize("name", ["saw", "same"])
def test_what_is_the_same_in_both_languages_has_no_english_sentence(name: str) -> None:
    """Evidence is names, codes and numbers; words of ours in it are in the book."""
    texts = [(where, _literal(one)) for where, node in _calls(name) for one in node.args]
    assert len(texts) > 20
    assert [(where, text) for where, text in texts if text and english(details.evidence(same(text), "ko"), MENUS)] == []


def test_a_sentence_that_is_not_in_the_book_stands_in_quotes() -> None:
    assert details.reason("AccessDenied: User x is not allowed", "ko") == '"AccessDenied: User x is not allowed"'
    assert details.reason("REFUSED, timeout", "ko") == "REFUSED, 시간 초과"
    assert details.reason("eu-west-1", "ko") == "eu-west-1"
    assert details.reason("no answer within 5 s", "en") == "no answer within 5 s"


@pytest.mark.parametrize("said", ["This could not be seen", "로드 밸런서: it is not there, or nobody knows"])
def test_english_is_seen(said: str) -> None:
    assert english(said)


@pytest.mark.parametrize(
    "said",
    [
        "aws: `aws sts get-caller-identity shows it` 명령으로 봅니다",
        'AWS 응답: "User is not authorized to perform this"',
        "Application Load Balancer에서 Route 53 레코드를",
        "elasticloadbalancing DescribeTargetGroups web-https",
        "--select 또는 --ignore",
    ],
)
def test_names_and_quotations_are_no_english(said: str) -> None:
    assert english(said) == []


def test_a_hostile_sentence_costs_no_time() -> None:
    book = Phrases(("{one} of {two} of {three} ends", "{one} {two} {three} 끝"))
    assert book.of("a of " * 5_000 + "x") is None
    assert book.of("a of " * 300 + "x") is None
