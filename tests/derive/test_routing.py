"""Which rule takes a request and what effects of it, as the ELB guide words it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.derive.routing.conditions import Request, holds, regex, request_of, wildcard, with_host
from albdoctor.derive.routing.routes import effect_of, journey, listener_for, loop, route
from albdoctor.facts.elb import Rule
from albdoctor.facts.elb_actions import Action, RedirectConfig
from tests.support.build import GROUP_ARN, forward, listener, redirect, rule

URL = "https://shop.example/api/cart?size=XL&color=red"


def condition(field: str, *values: str, **config: Any) -> dict[str, Any]:
    name = {
        "host-header": "HostHeaderConfig",
        "path-pattern": "PathPatternConfig",
        "http-request-method": "HttpRequestMethodConfig",
        "source-ip": "SourceIpConfig",
        "http-header": "HttpHeaderConfig",
        "query-string": "QueryStringConfig",
    }.get(field, "OtherConfig")
    return {"Field": field, name: {"Values": list(values)} | config}


def query(*pairs: tuple[str, str]) -> dict[str, Any]:
    values = [{"Key": key, "Value": value} for key, value in pairs]
    return {"Field": "query-string", "QueryStringConfig": {"Values": values}}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], True),
        ([condition("host-header", "shop.example")], True),
        ([condition("host-header", "SHOP.Example")], True),
        ([condition("host-header", "*.example")], True),
        ([condition("host-header", "*.shop.example")], False),
        ([condition("host-header", "sho?.example")], True),
        ([condition("host-header", "shop?.example")], False),
        ([condition("host-header", "other.example", "shop.example")], True),
        ([{"Field": "host-header", "Values": ["shop.example"]}], True),
        ([condition("host-header", RegexValues=[r"^SHOP\.example$"])], True),
        ([condition("host-header", RegexValues=["shop"])], None),
        ([condition("host-header", RegexValues=["(unclosed"])], None),
        ([condition("host-header", RegexValues=["(a+)+b"])], None),
        ([condition("path-pattern", "/api/*")], True),
        ([condition("path-pattern", "/API/*")], False),
        ([condition("path-pattern", "/api")], False),
        ([condition("path-pattern", "/api/c[a]rt")], False),
        ([condition("path-pattern", RegexValues=["/api/.*"])], True),
        ([condition("http-request-method", "GET", "HEAD")], True),
        ([condition("http-request-method", "POST")], False),
        ([query(("size", "xl"))], True),
        ([query(("", "re?"))], True),
        ([query(("size", "S"))], False),
        ([condition("source-ip", "203.0.113.0/24")], None),
        ([condition("source-ip", "0.0.0.0/0")], True),
        ([condition("http-header", "x", HttpHeaderName="X-Origin-Secret")], None),
        ([condition("some-new-kind", "x")], None),
        ([condition("http-header", "x"), condition("host-header", "other.example")], False),
        ([condition("http-header", "x"), condition("host-header", "shop.example")], None),
    ],
)
def test_conditions(conditions: list[dict[str, Any]], expected: bool | None) -> None:
    assert holds(rule("1", Conditions=conditions), request_of(URL)) is expected


def taken(*rules: Rule, url: str = URL) -> tuple[str, bool]:
    route_ = route(request_of(url), listener(), rules)
    assert route_ is not None
    return route_.rule.priority, route_.certain


def test_the_lowest_priority_that_matches_wins_and_the_default_is_last() -> None:
    host = condition("host-header", "shop.example")
    other = condition("host-header", "other.example")
    assert taken(rule(), rule("20", Conditions=[host]), rule("9", Conditions=[host])) == ("9", True)
    assert taken(rule(), rule("20", Conditions=[host]), rule("9", Conditions=[other])) == ("20", True)
    assert taken(rule(), rule("9", Conditions=[other])) == ("default", True)
    assert taken(rule(), rule("5", Conditions=[condition("source-ip", "203.0.113.0/24")])) == ("default", False)
    assert taken(rule(), rule("5", Conditions=[condition("source-ip", "203.0.113.0/24")]), rule("4")) == ("4", True)


def test_rules_of_other_listeners_do_not_matter() -> None:
    assert route(request_of(URL), listener(), (rule(port=80),)) is None


@pytest.mark.parametrize(
    ("config", "url", "expected"),
    [
        ({}, "http://shop.example/a?b=c", "https://shop.example/a?b=c"),
        ({"Port": "#{port}"}, "http://shop.example/a", "https://shop.example:80/a"),
        ({"Port": "8443"}, "http://shop.example/", "https://shop.example:8443/"),
        (
            {"Host": "www.#{host}", "Path": "/x/#{path}", "Query": ""},
            "http://shop.example/a?b=c",
            "https://www.shop.example/x/a",
        ),
        (
            {"Protocol": "#{protocol}", "Host": "WWW.example", "Port": "#{port}"},
            "http://shop.example/",
            "http://www.example/",
        ),
        ({"Query": "from=#{path}&#{query}"}, "http://shop.example/a?b=c", "https://shop.example/a?from=a&b=c"),
    ],
)
def test_redirects_keep_what_they_do_not_name(config: dict[str, str], url: str, expected: str) -> None:
    actions = rule(Actions=[redirect(**config)]).actions
    effect = effect_of(request_of(url), actions)
    assert (effect.kind, effect.url, effect.status) == ("redirect", expected, 301)


def test_other_effects() -> None:
    request = request_of(URL)
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "no"}}
    login = {"Type": "authenticate-oidc", "Order": 1}
    weighted = forward(GROUP_ARN, f"{GROUP_ARN}b")
    weighted["ForwardConfig"]["TargetGroups"][1]["Weight"] = 0
    effect = effect_of(request, rule(Actions=[fixed]).actions)
    assert (effect.kind, effect.status) == ("fixed-response", 404)
    effect = effect_of(request, rule(Actions=[weighted | {"Order": 2}, login]).actions)
    assert (effect.kind, [group.target_group_arn for group in effect.groups]) == ("forward", [GROUP_ARN])
    assert effect_of(request, ()).kind == "other"


def test_a_journey_ends_at_the_group() -> None:
    hops = journey("http://shop.example/", (listener(80), listener()), (rule(port=80), rule()))
    assert [hop.request.url for hop in hops] == ["http://shop.example/", "https://shop.example/"]
    assert loop(hops) == ()


def test_a_journey_ends_where_no_listener_speaks_the_protocol() -> None:
    hops = journey("http://shop.example/", (listener(80),), (rule(port=80),))
    assert (len(hops), hops[-1].listener) == (2, None)
    swapped = (listener(80), listener(443, Protocol="HTTP"))
    assert listener_for(request_of("https://shop.example/"), swapped) is None


def test_a_journey_that_comes_back_is_a_loop() -> None:
    back = rule(Actions=[redirect(Protocol="HTTP", Port="80")])
    hops = journey("https://shop.example/a", (listener(80), listener()), (rule(port=80), back))
    assert [hop.request.url for hop in loop(hops)] == [
        "https://shop.example/a",
        "http://shop.example/a",
        "https://shop.example/a",
    ]


def test_a_journey_that_grows_has_no_end() -> None:
    grows = rule(Actions=[redirect(Path="/m/#{path}")])
    assert len(loop(journey("https://shop.example/", (listener(),), (grows,)))) == 10


def test_a_journey_stops_at_another_host_and_at_a_rule_that_depends_on_the_client() -> None:
    away = rule(Actions=[redirect(Host="www.shop.example")])
    assert len(journey("https://shop.example/", (listener(),), (away,))) == 1
    gate = rule("1", Conditions=[condition("source-ip", "203.0.113.0/24")])
    loops = rule(Actions=[redirect(Path="/#{path}")])
    assert loop(journey("https://shop.example/", (listener(),), (gate, loops))) == ()


def test_a_status_that_nobody_knows_is_no_crash() -> None:
    action = Action(type="redirect", redirect_config=RedirectConfig(status_code="HTTP_NEW"))
    assert effect_of(request_of("https://shop.example/"), (action,)).status == 0


@given(st.text("ab.*?[]", max_size=8), st.text("ab.[]", max_size=8))
def test_a_wildcard_matches_as_spelled_out(pattern: str, text: str) -> None:
    def matches(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return matches(pattern[1:], text) or (bool(text) and matches(pattern, text[1:]))
        return bool(text) and pattern[0] in ("?", text[0]) and matches(pattern[1:], text[1:])

    assert wildcard(pattern, text) is matches(pattern, text)


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_regex_crashes_and_a_literal_matches_itself(pattern: str, text: str) -> None:
    assert regex(pattern, text) in (True, False, None)
    assert regex(re.escape(text), text) is True


def test_a_host_is_added_to_the_conditions_as_the_api_wants_them() -> None:
    www = condition("host-header", "www.shop.example")
    assert with_host(rule("1", Conditions=[www | {"Values": ["www.shop.example"]}]), "shop.example") == (
        '[{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example", "shop.example"]}}]'
    )
    legacy = {"Field": "host-header", "Values": ["www.shop.example"]}
    header = condition("http-header", "x", HttpHeaderName="X-A")
    assert with_host(rule("1", Conditions=[legacy, header]), "shop.example") == (
        '[{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example", "shop.example"]}},'
        ' {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["x"]}}]'
    )
    full = condition("host-header", *(f"{letter}.example" for letter in "abcde"))
    assert with_host(rule("1", Conditions=[full]), "shop.example") is None
    assert with_host(rule("1", Conditions=[condition("path-pattern", "/a")]), "shop.example") is None


HOSTS = st.sampled_from(["shop.example", "www.shop.example"])
PATHS = st.sampled_from(["/", "/a", "/a/b"])


@given(protocol=st.sampled_from(["http", "https"]), host=HOSTS, port=st.integers(1, 65535), path=PATHS)
def test_a_request_survives_being_written_as_a_url(protocol: str, host: str, port: int, path: str) -> None:
    request = Request(protocol=protocol, host=host, port=port, path=path)
    assert request_of(request.url) == request
