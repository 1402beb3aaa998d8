"""What is said of rules that take each other's requests, beside a plain model that tries every request there is."""

from __future__ import annotations

import re
from itertools import product
from typing import Any, NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from albdoctor.derive.routing.conditions import Request, holds, request_of
from albdoctor.derive.routing.overlap import duplicates, never_matching, too_narrow
from albdoctor.facts.elb import Condition, Rule
from tests.support.build import GROUP_ARN, forward, rule

HOSTS = ("b.c", "a.b.c", "x.a.b.c", "d.c")
PATHS = ("/", "/x", "/x/", "/x/y", "/X", "/xy")
HOST_PATTERNS = ("b.c", "*.b.c", "A.b.c", "?.b.c", "*", "*.c", "d.c")
PATH_PATTERNS = ("/", "/*", "*", "/x", "/x*", "/x/*", "/?", "/X")
OTHER = [forward(GROUP_ARN.replace("web-http", "other"))]


class Asked(NamedTuple):
    """A request with all that a condition can look at."""

    host: str
    path: str
    method: str
    stage: str
    """A header's value."""
    query: str


EVERY = tuple(Asked(*one) for one in product(HOSTS, PATHS, ("GET", "POST"), ("", "blue", "green"), ("", "v=1", "V=2")))


def fits(pattern: str, text: str, *, any_case: bool) -> bool:
    """Whether a pattern with * and ? matches the whole text, by a regular expression."""
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(expression, text, re.IGNORECASE if any_case else 0) is not None


def takes(condition: dict[str, Any], asked: Asked) -> bool:
    """What AWS makes of one condition."""
    match condition["Field"]:
        case "host-header":
            return any(fits(one, asked.host, any_case=True) for one in condition["HostHeaderConfig"]["Values"])
        case "path-pattern":
            return any(fits(one, asked.path, any_case=False) for one in condition["PathPatternConfig"]["Values"])
        case "http-request-method":
            return asked.method in condition["HttpRequestMethodConfig"]["Values"]
        case "http-header":
            return any(fits(one, asked.stage, any_case=True) for one in condition["HttpHeaderConfig"]["Values"])
        case _:
            pairs = [part.lower().partition("=") for part in asked.query.split("&") if part]
            wanted = condition["QueryStringConfig"]["Values"]
            return any(
                fits(one["Key"], key, any_case=True) and fits(one["Value"], value, any_case=True)
                for one in wanted
                for key, _, value in pairs
            )


def some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


HEADER_VALUES = some(("blue", "Green", "*"))
CONDITIONS = st.tuples(
    st.none() | some(HOST_PATTERNS).map(lambda v: {"Field": "host-header", "HostHeaderConfig": {"Values": v}}),
    st.none() | some(PATH_PATTERNS).map(lambda v: {"Field": "path-pattern", "PathPatternConfig": {"Values": v}}),
    st.none()
    | some(("GET", "POST")).map(lambda v: {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": v}}),
    st.none()
    | HEADER_VALUES.map(
        lambda v: {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Stage", "Values": v}}
    ),
    st.none()
    | some(("1", "2")).map(
        lambda v: {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": x} for x in v]}}
    ),
).map(lambda each: [one for one in each if one])


def taken_by(conditions: list[dict[str, Any]]) -> frozenset[Asked]:
    return frozenset(asked for asked in EVERY if all(takes(one, asked) for one in conditions))


def made(number: int, conditions: list[dict[str, Any]], **fields: Any) -> Rule:
    return rule(str(number), Conditions=conditions, **fields)


def as_typed(asked: Asked) -> Request:
    """The request of a person who types the address: no header is known of it."""
    return request_of(f"https://{asked.host}{asked.path}{'?' + asked.query if asked.query else ''}")


class Two(NamedTuple):
    """Two rules by their conditions, and a request that both take."""

    broad: list[dict[str, Any]]
    narrow: list[dict[str, Any]]
    asked: Asked


@st.composite
def overlapping(draw: st.DrawFn) -> Two:
    """A rule for a host, and one before it that takes a request of it, shares conditions, and may have others."""
    asked = draw(st.sampled_from(EVERY))._replace(method="GET")

    def fitting(values: tuple[str, ...], field: str, config: str) -> dict[str, Any]:
        mine = [one for one in values if takes({"Field": field, config: {"Values": [one]}}, asked)]
        return {
            "Field": field,
            config: {"Values": draw(some(tuple(mine))) + draw(st.lists(st.sampled_from(values)))[:1]},
        }

    narrow = [fitting(HOST_PATTERNS, "host-header", "HostHeaderConfig")]
    path = ("path-pattern", "PathPatternConfig")
    narrow += [fitting(PATH_PATTERNS, *path)] if draw(st.booleans()) else []
    method = {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}}
    narrow += [method] if draw(st.booleans()) else []
    broad = [one for one in narrow[1:] if draw(st.booleans())]
    if not broad or draw(st.booleans()):
        broad = [*(one for one in broad if one is method), fitting(PATH_PATTERNS, *path)]
    return Two(broad, narrow, asked)


@given(overlapping())
def test_what_is_said_never_to_match_never_does(two: Two) -> None:
    first, later = made(1, two.broad), made(2, two.narrow, Actions=OTHER)
    said = never_matching(first, (first, later), as_typed(two.asked))
    event("never matches" if said else "may match")
    assert not said or taken_by(two.narrow) <= taken_by(two.broad)


@given(CONDITIONS, CONDITIONS)
def test_what_is_said_to_be_a_duplicate_takes_the_same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    if duplicates((made(1, one), made(2, other))):
        assert taken_by(one) == taken_by(other)


@given(CONDITIONS, st.randoms(use_true_random=False))
def test_the_same_conditions_are_a_duplicate_however_they_are_written(
    conditions: list[dict[str, Any]], chance: Any
) -> None:
    again = [*conditions]
    chance.shuffle(again)
    older = [_older(one) if chance.random() < 0.5 else one for one in again]
    first, later = made(1, conditions), made(2, older)
    assert duplicates((first, later)) == (((first, later),) if conditions else ())


def _older(condition: dict[str, Any]) -> dict[str, Any]:
    """Hosts and paths as the API wrote them before 2019, the values in another order, hosts in capitals."""
    for config in ("HostHeaderConfig", "PathPatternConfig"):
        if config in condition:
            values = condition[config]["Values"][::-1]
            return {
                "Field": condition["Field"],
                "Values": [v.upper() for v in values] if config == "HostHeaderConfig" else values,
            }
    return condition


@given(CONDITIONS, st.sampled_from(EVERY))
def test_a_decision_is_what_aws_does_with_the_request_as_it_is_typed(
    conditions: list[dict[str, Any]], asked: Asked
) -> None:
    typed = asked._replace(method="GET")
    decision = holds(made(1, conditions), as_typed(typed))
    known = [one for one in conditions if one["Field"] != "http-header"]
    if len(known) < len(conditions) and all(takes(one, typed) for one in known):
        assert decision is None
    else:
        assert decision is all(takes(one, typed) for one in known)


@given(CONDITIONS, st.sampled_from(EVERY))
def test_a_path_that_is_called_too_narrow_is_what_keeps_the_request_out(
    conditions: list[dict[str, Any]], asked: Asked
) -> None:
    typed = asked._replace(method="GET")
    if too_narrow((made(1, conditions),), as_typed(typed)):
        others = [one for one in conditions if one["Field"] not in ("path-pattern", "http-header")]
        assert all(takes(one, typed) for one in others)
        assert not all(takes(one, typed) for one in conditions if one["Field"] == "path-pattern")


def test_the_conditions_of_the_model_are_read() -> None:
    assert {field for field in Condition.__struct_fields__ if field.endswith("_config")} >= {
        "host_header_config",
        "path_pattern_config",
        "http_request_method_config",
        "http_header_config",
        "query_string_config",
    }
