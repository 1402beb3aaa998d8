"""Whatever bytes come from outside: a value, a gap or one clear refusal, soon; never a crash."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from albdoctor.api import judge
from albdoctor.checkup.engine import Result
from albdoctor.collect.options import parse_connect_to, split_address
from albdoctor.collect.registry.rdap import read_rdap
from albdoctor.collect.registry.whois_text import read_date, read_whois, referred_server
from albdoctor.collect.web.served_certificates import parse_certificate
from albdoctor.config import Config, load
from albdoctor.derive.routing.conditions import regex, wildcard
from albdoctor.errors import BadFactsError, BadOptionError
from albdoctor.facts.files import decode, encode
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import ServedCertificate
from tests.support.tls import Authority

STORY = (Path(__file__).parent / "founding-story.json").read_bytes()
DER = Authority().issue("shop.example").der
SOON = 2.0
"""Seconds in which every single value must be read, on a busy machine."""

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "brand-new-value", "HTTP_abc", "200-", "-1", "999999", "::1", "1.2.3.4/99", "*", "9" * 400]),
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


def soon(started: float) -> bool:
    return time.perf_counter() - started < SOON


@given(st.binary(max_size=300))
@example(b"\xff")
@example(b'{"schema":"albdoctor/facts/1"}')
@example(b"[" * 5000)
def test_facts_files_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(BadFactsError):
        assert decode(content, "saved.json")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside parsed JSON."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - parsed JSON
    elif isinstance(value, list):
        pairs = list(enumerate(value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - parsed JSON
    return [path, *(found for key, inner in pairs for found in leaves(inner, (*path, key)))]


TREE = msgspec.json.decode(STORY)
ARN = re.compile("arn$|^id$", re.IGNORECASE)
PATHS = [
    path
    for path in leaves(TREE)
    # What refers from one group to another is the collector's to keep: no answer can break it.
    if path and path[0] not in {"schema", "scan"} and not ARN.search(str(path[-1]))
]


def changed(path: tuple[Any, ...], value: Any) -> bytes:
    """The story with one value replaced; the rest is shared, not copied."""

    def put(holder: Any, rest: tuple[Any, ...]) -> Any:
        if not rest:
            return value
        made: Any = holder.copy()
        made[rest[0]] = put(holder[rest[0]], rest[1:])
        return made

    return msgspec.json.encode(put(TREE, path))


@settings(max_examples=400)
@given(st.sampled_from(PATHS), SCALARS)
def test_no_check_crashes_over_a_story_with_one_odd_value(path: tuple[Any, ...], value: Any) -> None:
    try:
        (facts,) = decode(changed(path, value), "saved.json")
    except BadFactsError:
        return
    started = time.perf_counter()
    report = judge(facts)
    assert [check.slug for check in report.checks if check.outcome is Result.CRASHED] == [], (path, value)
    assert soon(started)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"suppress = 3")
@example(b"timeout = nan")
@example(b"a = " + b"[" * 3000)
def test_configuration_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "albdoctor.toml"
    path.write_bytes(content)
    with contextlib.suppress(BadOptionError):
        config, _ = load(path)
        assert isinstance(config, Config)


HOSTILE_PATTERNS = (
    "(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){20}", "(.*)*x", "((a*)*)*b", "(?:a?){30}a{30}", "a*a*a*a*a*a*a*b",
    "(\\w+\\d+)+!", "(?=(a+))\\1*b", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a{0,9}){0,9}b", "[" * 500, "(" * 500,
    "a{1000000}", "(?P<n>a)(?P=n)*", "[[a]&&b]", "(?i)(a+)+", "a" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("pattern", HOSTILE_PATTERNS)
@pytest.mark.parametrize("text", ["a" * 253, "/" + "a" * 4000 + "!", "shop.example"])
def test_a_hostile_rule_pattern_costs_nothing(pattern: str, text: str) -> None:
    started = time.perf_counter()
    assert regex(pattern, text) in (True, False, None)
    assert soon(started)


@given(st.text("ab(|)*+?{}1,[]^$.\\", max_size=40), st.sampled_from(["a" * 253, "ab" * 120, "b"]))
def test_no_rule_pattern_keeps_the_judgement_busy(pattern: str, text: str) -> None:
    started = time.perf_counter()
    assert regex(pattern, text) in (True, False, None)
    assert soon(started)


@pytest.mark.parametrize("text", ["a" * 4000, "b" + "a" * 4000])
def test_many_stars_cost_nothing(text: str) -> None:
    started = time.perf_counter()
    assert wildcard("*a" * 64 + "*b", text) is False
    assert wildcard("*a" * 64 + "*", text) is True
    assert soon(started)


def test_usual_regular_expressions_are_decided() -> None:
    assert regex(r"^([a-z0-9-]+\.)*example\.com$", "a.b.example.com") is True
    assert regex(r"(www|shop)\.example\.com", "shop.example.com") is True
    assert regex(r"(www\.)?example\.com", "example.org") is False
    assert regex(r"/api/v[0-9]+/.*", "/api/v2/items") is True
    assert regex(r"/(ko|en)/[^/]+/?", "/ko/items") is True


@given(st.binary(max_size=400))
def test_bytes_that_are_no_certificate(content: bytes) -> None:
    assert parse_certificate(content) is None


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(DER) - 1), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, 40)
)
def test_a_damaged_certificate_is_read_or_left_out(changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(DER)
    for at, value in changes:
        damaged[at] = value
    seen = parse_certificate(bytes(damaged[: len(damaged) - cut]))
    if seen is not None:
        assert msgspec.json.decode(msgspec.json.encode(seen), type=ServedCertificate) == seen


@given(st.text(max_size=300))
@example("a:" * 5000)
@example("Domain Name: shop.example\n" * 3000)
@example("Domain Name: shop.example\nRegistrar:" + " (http://" * 20_000)
@example("Domain Name: shop.example\nDomain Status: " + "aB" * 50_000)
def test_whois_answers_are_read_soon(text: str) -> None:
    started = time.perf_counter()
    read_whois(text, "shop.example", "whois.nic.example:43")
    referred_server(text)
    read_date(text)
    assert soon(started)


@given(JSON)
def test_rdap_answers_of_any_shape(value: Any) -> None:
    for body in (value, {"ldhName": "shop.example", "entities": value, "status": value}):
        try:
            encoded = msgspec.json.encode(body)
        except (ValueError, OverflowError):  # a lone surrogate, a number that JSON has not
            continue
        read_rdap(encoded, "shop.example", "https://rdap.example/")


RDAP_FIELDS = st.sampled_from(
    ["entities", "events", "status", "nameservers", "secureDNS", "ldhName", "roles", "vcardArray"]
)


@given(st.dictionaries(RDAP_FIELDS, JSON, max_size=4), st.dictionaries(RDAP_FIELDS, JSON, max_size=3))
def test_rdap_members_of_any_type(members: dict[str, Any], entity: dict[str, Any]) -> None:
    body = {"ldhName": "shop.example", "entities": [{"roles": ["registrar"], **entity}], **members}
    try:
        encoded = msgspec.json.encode(body)
    except (ValueError, OverflowError):
        return
    seen = read_rdap(encoded, "shop.example", "https://rdap.example/")
    assert seen is None or seen.domain == "shop.example"


@given(
    st.lists(
        st.text(max_size=40) | st.from_regex(re.compile(r"[^:]*:[0-9]{1,6}:[^:]*:[0-9]{1,6}"), fullmatch=True),
        max_size=3,
    )
)
def test_connect_to_rules_are_read_or_refused(rules: list[str]) -> None:
    with contextlib.suppress(BadOptionError):
        read = parse_connect_to(tuple(rules))
        for (host, port), (other, there) in read.places:
            assert host
            assert other
            assert 0 < port < 65536
            assert 0 < there < 65536


@given(st.text(max_size=40))
def test_addresses_are_split_or_refused(text: str) -> None:
    try:
        _, port = split_address(text, text, default_port=53)
    except BadOptionError:
        return
    assert 0 < port < 65536


def test_the_story_itself_is_read_and_written_the_same() -> None:
    facts = decode(STORY, "story")
    assert isinstance(facts[0], Facts)
    assert decode(encode(facts), "story") == facts
