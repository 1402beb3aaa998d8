"""What a health check sends, what a port speaks, and what the facts say about a target."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.derive.request.functions import NONE
from albdoctor.derive.targets.answers import target_answers
from albdoctor.derive.targets.counters import counters
from albdoctor.derive.targets.forwarders import forwarders
from albdoctor.derive.targets.health_check import accepts, host_header, matcher_with, spans
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import Speech, in_words, sends_to_https, speech, wants_tls
from albdoctor.derive.targets.watched import Probed, Watched, probed_groups, watched_groups
from albdoctor.facts.elb import Matcher, Target, TargetHealth
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.wire import Handshake, TargetPortProbe, TargetProbes, Tcp
from albdoctor_checks.fixes.replace_group import new_names, replacement
from tests.support.build import GROUP_ARN, forward, group, listener, redirect, rule, target
from tests.support.build_targets import (
    DENIED,
    NO_METRICS,
    NO_PROBE,
    answer,
    health,
    https_group,
    metrics,
    over_tls,
    plain,
    probed,
    refused,
    silent,
    unhealthy,
    wrong_code,
)


def seen(one: TargetHealth, *ports: TargetPortProbe, **fields: Any) -> Seen:
    """One target of a group, probed on these ports."""
    probe = probed(*ports, port=one.target.port or 80, id_=one.target.id)
    return Seen(group=group(**fields), health=one, probe=probe)


@pytest.mark.parametrize(
    ("probe", "spoken"),
    [
        (None, Speech.NOT_SEEN),
        (TargetPortProbe(port=80, tcp=Tcp.UNREACHABLE), Speech.NOT_SEEN),
        (TargetPortProbe(port=80, tcp=Tcp.OPEN), Speech.NOT_SEEN),
        (refused(80), Speech.REFUSED),
        (silent(80), Speech.SILENT),
        (plain(80), Speech.PLAIN_HTTP),
        (plain(80, answer(500)), Speech.PLAIN_HTTP),
        (plain(80, answer(None, failure="not http: SSH-2.0")), Speech.NEITHER),
        (plain(80, answer(None, failure="reset"), http_by_name=answer(200)), Speech.PLAIN_HTTP),
        (over_tls(443), Speech.TLS),
        (over_tls(443, answer(400, "400 The plain HTTP request was sent to HTTPS port")), Speech.TLS),
        (over_tls(443, answer(400, "Bad Request (Host)")), Speech.BOTH),
        (over_tls(443, answer(200)), Speech.BOTH),
        (plain(443, answer(400, "Client sent an HTTP request to an HTTPS server.\n")), Speech.TLS),
    ],
)
def test_what_a_port_speaks(probe: TargetPortProbe | None, spoken: Speech) -> None:
    assert speech(probe) is spoken


@pytest.mark.parametrize(
    "body",
    [
        "<h1>400 Bad Request</h1><center>The plain HTTP request was sent to HTTPS port</center>",
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        "Client sent an HTTP request to an HTTPS server.",
        "Bad Request\nThis combination of host and port requires TLS.",
    ],
)
def test_complaints_of_tls_servers_about_plain_http(body: str) -> None:
    assert wants_tls(answer(400, body))
    assert not wants_tls(answer(200, body))
    assert not wants_tls(None)


def test_redirects_to_https() -> None:
    assert sends_to_https(answer(301, location="https://shop.example/"))
    assert not sends_to_https(answer(301, location="/login"))
    assert not sends_to_https(answer(200, location="https://shop.example/"))


def test_probes_in_words() -> None:
    assert in_words(refused(80)).en == "connection refused"
    assert in_words(silent(80)).en == "no answer to the connection attempt"
    assert in_words(TargetPortProbe(port=80, tcp=Tcp.UNREACHABLE)).en == "not reachable from here"
    assert in_words(TargetPortProbe(port=80, tcp=Tcp.OPEN)).en == "connection accepted"
    assert (
        in_words(plain(80, answer(301, location="/x"))).en == "TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 301 to /x"
    )
    assert in_words(over_tls(443)).en == "TLS completes (TLSv1.3); plain HTTP: reset"
    mute = Handshake(server_name=None, completed=False)
    nothing = TargetPortProbe(port=80, tcp=Tcp.OPEN, tls=mute, http=answer(None))
    assert in_words(nothing).en == "TLS fails: no reason given; plain HTTP: no answer"


@pytest.mark.parametrize(
    ("address", "port", "protocol", "host"),
    [
        ("10.0.1.23", 80, "HTTP", "10.0.1.23"),
        ("10.0.1.23", 443, "HTTPS", "10.0.1.23"),
        ("10.0.1.23", 443, "HTTP", "10.0.1.23:443"),
        ("10.0.1.23", 8080, "HTTP", "10.0.1.23:8080"),
        ("2001:db8::7", 8080, "HTTP", "[2001:db8::7]:8080"),
    ],
)
def test_host_header_of_a_health_check(address: str, port: int, protocol: str, host: str) -> None:
    assert host_header(address, port, protocol) == host


def test_matchers() -> None:
    assert spans(Matcher(http_code="200, 301-302")) == ((200, 200), (301, 302))
    assert spans(Matcher(grpc_code="12")) == ()
    assert accepts(Matcher(http_code="200-299,401"), 401)
    assert not accepts(Matcher(http_code="200"), 301)
    assert not accepts(Matcher(http_code="200"), None)


@given(st.sets(st.integers(200, 499), min_size=1), st.integers(200, 499))
def test_a_code_that_is_added_counts_and_the_others_still_do(codes: set[int], code: int) -> None:
    matcher = Matcher(http_code=",".join(map(str, sorted(codes))))
    wider = Matcher(http_code=matcher_with(matcher, code))
    assert all(accepts(wider, one) for one in codes | {code})
    assert sum(accepts(wider, one) for one in range(600)) == len(codes | {code})


def test_ports_and_names_of_a_target() -> None:
    override = seen(unhealthy(443, check=8080), HealthCheckPort="8080")
    assert (override.port, override.check_port, override.name) == (443, 8080, "i-0abc:443")
    asked = msgspec.structs.replace(unhealthy(443), health_check_port="")
    assert seen(asked, HealthCheckPort="8081").check_port == 8081
    assert seen(asked).check_port == 443
    default = TargetHealth(target=Target(id="i-0abc"), target_health=target().target_health)
    assert Seen(group=group(Port=8000), health=default, probe=NO_PROBE).port == 8000
    far = TargetHealth(
        target=Target(id="10.9.0.1", port=80, availability_zone="all"), target_health=target().target_health
    )
    assert seen(far).spec(8080) == "Id=10.9.0.1,Port=8080,AvailabilityZone=all"
    assert target_ids([seen(unhealthy(id_=f"i-{one}")) for one in range(4)]) == ("i-0", "i-1", "i-2", "+1")


def test_states_and_codes() -> None:
    assert seen(wrong_code(301)).codes == (301,)
    several = unhealthy(80, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [502, 404]")
    assert seen(several).codes == (502, 404)
    assert seen(unhealthy(description="code [404]")).codes == ()
    assert seen(several).answered(404)
    assert not seen(several).answered(400)
    assert seen(target()).proven
    assert not seen(target(), HealthCheckProtocol="HTTPS").proven
    assert not seen(target(state="initial")).judged


def test_another_port_that_serves() -> None:
    assert seen(unhealthy(3000), refused(3000), plain(8080), over_tls(443)).served_instead == 8080
    assert seen(unhealthy(3000), refused(3000), over_tls(443)).served_instead == 443
    assert seen(unhealthy(3000), plain(3000), plain(80)).served_instead is None
    assert seen(unhealthy(3000, check=8081), refused(3000), plain(8081)).served_instead is None
    assert seen(unhealthy(443, check=80), refused(443), plain(80)).served_instead == 80
    assert seen(target(port=3000), refused(3000), plain(80)).served_instead is None


def test_forced_https_keeps_the_path() -> None:
    forced = plain(80, answer(301, location="https://shop.example/health?x=1", path="/health"))
    assert seen(wrong_code(301), forced).only_forces_https
    assert seen(wrong_code(301), plain(80, answer(301, location="https://shop.example"))).only_forces_https
    assert not seen(wrong_code(301), plain(80, answer(301, location="https://shop.example/login"))).only_forces_https
    assert not seen(wrong_code(301)).only_forces_https


def probed_group(one: TargetHealth, *more: TargetHealth, probes: Observed[TargetProbes]) -> Probed:
    """The only group, watched with these targets and probed so."""
    watched = tuple(watched_groups((group(),), health(one, *more)))
    (item,) = probed_groups(tuple(each for each in watched if isinstance(each, Watched)), probes)
    return item


def test_groups_are_watched_with_what_is_known_about_their_targets() -> None:
    known: Known[TargetProbes] = Known((probed(plain(80)),))
    item = probed_group(target(), target("i-0b"), probes=known)
    first, second = item.targets
    assert first.speaks(80) is Speech.PLAIN_HTTP
    assert isinstance(second.probe, Unknown)
    assert second.probe.gap is Gap.UNREACHABLE
    assert item.gap("Target.Timeout") is None
    with pytest.raises(KeyError):
        second.probe_line(80)
    denied = health(target())
    denied = (msgspec.structs.replace(denied[0], targets=DENIED),)
    assert list(watched_groups((group(),), denied)) == [DENIED]
    assert list(watched_groups((group(TargetType="lambda"),), health(target()))) == []
    assert probed_group(unhealthy(), probes=NO_PROBE).gap("Target.FailedHealthChecks") is NO_PROBE


@pytest.mark.parametrize(("state", "reason"), [("brand-new", ""), ("unhealthy", "Target.BrandNew")])
def test_a_state_or_reason_that_nobody_knows_is_no_good_health(state: str, reason: str) -> None:
    (item,) = watched_groups((group(),), health(target(), target("i-0b", 80, state, reason)))
    assert isinstance(item, Unknown)
    assert item.detail == f"i-0b: {state} {reason} is not known to this albdoctor"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"Protocol": "NEW"}, "instance NEW HTTP"),
        ({"HealthCheckProtocol": "NEW"}, "instance HTTP NEW"),
        ({"TargetType": "new"}, "new HTTP HTTP"),
    ],
)
def test_a_group_of_a_kind_that_nobody_knows_is_not_judged(fields: dict[str, str], told: str) -> None:
    (item,) = watched_groups((group(**fields),), health(target()))
    assert isinstance(item, Unknown)
    assert item.detail == f"web-http: {told} is not known to this albdoctor"


def test_codes_that_are_none_count_for_nothing() -> None:
    assert accepts(Matcher(http_code="2xx,200-,,301"), 301)
    assert not accepts(Matcher(http_code="2xx,200-,-1"), 200)


def test_counters_speak_for_and_never_against() -> None:
    known = counters(Known(metrics(TargetConnectionErrorCount=3)))
    assert known.of(group(), "TargetConnectionErrorCount") == 3
    assert known.line(group(), "TargetConnectionErrorCount")[1].en == "3 in 3 h"
    assert counters(NO_METRICS).of(group(), "TargetConnectionErrorCount") == 0
    assert target_answers(NO_PROBE, NONE).good == ()


@pytest.mark.parametrize(
    ("old", "protocol", "taken", "new"),
    [
        ("web-https", "HTTP", (), "web-http"),
        ("web-https", "HTTP", ("web-http",), "web-http-2"),
        ("web", "HTTP", (), "web-http"),
        ("web-http", "HTTPS", (), "web-https"),
        ("a" * 32, "HTTPS", (), "a" * 26 + "-https"),
        ("a" * 26 + "-bcdef", "HTTP", (), "a" * 26 + "-http"),
        ("k8s-default-web-1234567890", "HTTP", (), "k8s-default-web-1234567890-http"),
    ],
)
def test_name_of_the_new_group(old: str, protocol: str, taken: tuple[str, ...], new: str) -> None:
    made = new_names(group(TargetGroupName=old), protocol, taken)
    assert made[0] == new
    assert len(set(made)) == len(made) == 9 - len(taken)
    assert max(map(len, made)) <= 32


def test_whatever_forwards_to_a_group_is_found() -> None:
    weighted = {
        "Type": "forward",
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": "arn:other", "Weight": 9}, {"TargetGroupArn": GROUP_ARN, "Weight": 0}]
        },
    }
    listeners = (listener(443), listener(80, DefaultActions=[redirect()]))
    rules = (rule(), rule("1", Actions=[weighted]), rule("2", Actions=[forward("arn:other")]))
    found = forwarders(listeners, rules)
    assert found.listeners_to(group()) == (listeners[0].listener_arn,)
    assert found.rules_to(group()) == (rules[1].rule_arn,)


def test_the_new_group_keeps_the_old_ones_settings() -> None:
    old = https_group(ProtocolVersion="GRPC", Matcher={"GrpcCode": "12"}, IpAddressType="ipv6")
    one = seen(unhealthy(443))
    values = replacement(old, "HTTP", {one: 8080}, forwarders((), ()), taken=())
    assert values["matcher"] == '{"GrpcCode": "12"}'
    assert values["more"] == ("--ip-address-type", "ipv6")
    assert values["register"] == ("Id=i-0abc,Port=8080",)
    assert values["listeners"] == ()


@pytest.mark.parametrize(
    ("check", "state", "heard", "new"),
    [
        ({}, "unhealthy", (plain(80),), ("HTTP", "traffic-port")),
        # On a port of its own: as it was heard there, or as it is where it passes.
        ({"HealthCheckPort": "8080"}, "unhealthy", (plain(8080),), ("HTTP", "8080")),
        ({"HealthCheckPort": "8080"}, "unhealthy", (over_tls(8080),), ("HTTPS", "8080")),
        ({"HealthCheckPort": "8080", "HealthCheckProtocol": "HTTP"}, "healthy", (), ("HTTP", "8080")),
        # It cannot pass there, or nobody knows.
        ({"HealthCheckPort": "8080"}, "unhealthy", (refused(8080),), ("HTTP", "traffic-port")),
        ({"HealthCheckPort": "8080"}, "unhealthy", (), ("HTTP", "traffic-port")),
        # The old traffic's port, written as a number.
        ({"HealthCheckPort": "443"}, "unhealthy", (plain(443),), ("HTTP", "traffic-port")),
    ],
)
def test_the_new_groups_health_check(check: dict[str, str], state: str, heard: Any, new: tuple[str, str]) -> None:
    reason = "Target.FailedHealthChecks" if state == "unhealthy" else ""
    told = target(port=443, state=state, reason=reason)
    one = Seen(group=https_group(**check), health=told, probe=probed(*heard, port=443))
    values = replacement(one.group, "HTTP", {one: 80}, forwarders((), ()), taken=())
    assert (values["check_protocol"], values["check_port"]) == new


def test_an_address_outside_the_vpc_stays_outside() -> None:
    outside = target("192.0.2.7", port=443)
    outside = msgspec.structs.replace(outside, target=Target(id="192.0.2.7", port=443, availability_zone="all"))
    inside = Seen(group=https_group(TargetType="ip"), health=target("2001:db8::7", port=443), probe=probed(port=443))
    one = Seen(group=https_group(TargetType="ip"), health=outside, probe=probed(port=443))
    values = replacement(one.group, "HTTP", {one: 80, inside: 81}, forwarders((), ()), taken=())
    assert values["register"] == ("Id=192.0.2.7,Port=80,AvailabilityZone=all", "Id=2001:db8::7,Port=81")
    assert values["target_type"] == "ip"
