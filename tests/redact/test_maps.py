"""The maps behind `--redact`: relations that checks rely on are the same before and after."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.derive.names import covers, is_under, plain
from albdoctor.derive.request.redirect_loops import next_url
from albdoctor.derive.routing.conditions import regex, wildcard
from albdoctor.derive.targets.speaks import wants_tls
from albdoctor.facts.wire import Exchange
from albdoctor.redact.addresses import BLOCKS, Addresses, Net
from albdoctor.redact.names import Names, Numbers
from albdoctor.redact.records import Records
from albdoctor.redact.things import Things
from albdoctor.redact.web import Web
from albdoctor.redact.words import Words

pytestmark = pytest.mark.sweep

ADDRESSES = st.integers(0, 2**32 - 1).map(lambda bits: str(IPv4Address(bits)))
NEAR = st.integers(0, 4095).map(lambda bits: str(IPv4Address(0x0A000000 + bits)))
NETWORKS = st.tuples(ADDRESSES | NEAR, st.integers(0, 32)).map(
    lambda pair: str(IPv4Network(f"{pair[0]}/{pair[1]}", strict=False))
)
SIXES = st.integers(0, 2**128 - 1).map(lambda bits: str(IPv6Address(bits)))
LABELS = st.sampled_from(("a", "b", "www", "shop", "api", "xn--bj0bj06e", "_x1", "*"))
NAMES = st.lists(LABELS, max_size=3).flatmap(
    lambda labels: st.sampled_from(("shop.example", "example", "other.co.kr", "co.kr", "corp.internal", "a.b.dev")).map(
        lambda end: ".".join([*labels, end])
    )
)
PARTS = st.sampled_from(("shop", "sh", "p", ".", "*", "?", "example", "www", "a", "op"))
HOST_PATTERNS = st.lists(PARTS, min_size=1, max_size=6).map("".join)
PATH_PATTERNS = st.lists(st.sampled_from(("/", "*", "?", "a", "api", "v1", "x.php")), max_size=6).map(
    lambda parts: "/" + "".join(parts)
)
PATHS = st.lists(st.sampled_from(("a", "api", "v1", "x.php", "")), max_size=3).map(lambda parts: "/" + "/".join(parts))


class Maps:
    """All maps, fresh."""

    def __init__(self) -> None:
        """Know one domain."""
        self.numbers = Numbers()
        self.addresses = Addresses()
        self.names = Names(self.numbers, self.addresses)
        self.names.learn_domain("shop.example")
        self.things = Things(self.numbers, self.names, self.addresses)
        self.web = Web(self.numbers, self.names)
        self.words = Words(self.numbers, self.names, self.things, self.web)
        self.records = Records(self.numbers, self.names, self.addresses)


def mapped(texts: list[str]) -> list[str]:
    """The replacements of addresses and CIDR blocks that stand in one snapshot."""
    addresses = Addresses()
    for text in texts:
        addresses.of(text)
    addresses.learning = False
    made = [addresses.of(text) for text in texts]
    assert None not in made
    return [one for one in made if one is not None]


def _lies_in(one: Net, other: Net) -> bool:
    first, last = int(other.network_address), int(other.broadcast_address)
    return one.version == other.version and first <= int(one.network_address) and int(one.broadcast_address) <= last


@given(st.lists(ADDRESSES | NEAR | NETWORKS | SIXES, max_size=12))
def test_what_lies_in_what_is_the_same(texts: list[str]) -> None:
    before, after = [ip_network(one) for one in texts], [ip_network(one) for one in mapped(texts)]
    for one, other in zip(before, after, strict=True):
        assert one.prefixlen == other.prefixlen
        assert [_lies_in(one, block) for block in BLOCKS] == [_lies_in(other, block) for block in BLOCKS]
        assert [_lies_in(one, of) for of in before] == [_lies_in(other, of) for of in after]
        if one.prefixlen:  # two halves stay two halves: together they cover the same
            above, made_above = one.supernet(), other.supernet()
            assert [_lies_in(of, above) for of in before] == [_lies_in(of, made_above) for of in after]


@given(st.lists(ADDRESSES, max_size=8))
def test_redacted_addresses_are_their_own_redaction(texts: list[str]) -> None:
    assert mapped(mapped(texts)) == mapped(texts)


@pytest.mark.parametrize("kept", ["0.0.0.0/0", "::/0", "127.0.0.1", "8.8.8.8", "169.254.169.254", "::1"])
def test_addresses_that_say_nothing_stay(kept: str) -> None:
    assert mapped([kept, "52.79.1.2", "10.20.30.40"])[0] == kept


@given(st.lists(NAMES, max_size=6))
def test_names_keep_who_is_below_and_who_is_covered(names: list[str]) -> None:
    maps = Maps()
    made = [maps.names.of(name) for name in names]
    for one, new in zip(names, made, strict=True):
        assert [plain(one) == plain(other) for other in names] == [plain(new) == plain(other) for other in made]
        assert [is_under(one, other) for other in names] == [is_under(new, other) for other in made]
        assert [covers(one, other) for other in names] == [covers(new, other) for other in made]


@given(HOST_PATTERNS)
def test_host_patterns_match_the_hosts_they_did(pattern: str) -> None:
    maps = Maps()
    hosts = ("shop.example", "www.shop.example")
    made = [maps.web.host(host) for host in hosts]
    new = maps.web.host_pattern(pattern)
    assert wildcard(new, made[0]) == wildcard(pattern, hosts[0])
    assert any(wildcard(new, one) for one in made) == any(wildcard(pattern, one) for one in hosts)


@given(PATH_PATTERNS, PATHS)
def test_path_patterns_match_the_path_they_did(pattern: str, path: str) -> None:
    maps = Maps()
    made = maps.web.path(path)
    assert wildcard(maps.web.path_pattern(pattern), made) == wildcard(pattern, path)


@pytest.mark.parametrize("pattern", [r"^(www\.)?shop\.example$", "shop", "nothing", "(a+)+", "("])
def test_regular_expressions_decide_as_they_did(pattern: str) -> None:
    maps = Maps()
    made = maps.web.host("shop.example")
    assert regex(maps.web.host_regex(pattern), made) == regex(pattern, "shop.example")


@pytest.mark.parametrize(
    ("location", "made"),
    [
        ("https://shop.example:443/login?next=/a", "https://redacted-1.example:443/p-1?q-1=q-2"),
        ("/login", "/p-1"),
        ("//www.shop.example/", "//www.redacted-1.example/"),
        ("https://10.1.2.3/", "https://10.0.0.1/"),
        ("https://me:secret@shop.example/", "https://user-1@redacted-1.example/"),
        ("javascript:alert(1)", "other:part-1"),
        ("https://shop.example:eighty/", "https://r-1:x/"),
    ],
)
def test_urls_keep_scheme_port_and_form(location: str, made: str) -> None:
    maps = Maps()
    maps.web.url(location)
    maps.addresses.learning = False
    assert maps.web.url(location) == made
    exchanges = [
        Exchange(url="http://shop.example/", address="", port=80, status=301, headers=(("location", one),))
        for one in (location, made)
    ]
    assert bool(next_url(exchanges[0])) == bool(next_url(exchanges[1]))


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("internal-My-1234.eu-west-1.elb.amazonaws.com.", "internal-alb-1-1000000001.eu-west-1.elb.amazonaws.com."),
        ("dualstack.my-web-1.us-east-1.elb.amazonaws.com", "dualstack.alb-1-1000000001.us-east-1.elb.amazonaws.com"),
        ("ns-1234.awsdns-56.co.uk", "ns-1.awsdns-01.co.uk"),
        ("ns1.gabia.co.kr", "ns1.gabia.co.kr"),
        ("a.root-servers.net", "a.root-servers.net"),
        ("ada.ns.cloudflare.com", "r-1.ns.cloudflare.com"),
        ("_a1b2.shop.example.", "_token1.redacted-1.example."),
        ("_c3d4.xyz.acm-validations.aws", "_token1.r-1.acm-validations.aws"),
        ("db.corp.megacorp", "r-1.r-2.r-3"),
        ("\\052.shop.example.", "\\052.redacted-1.example."),
        ("example", "example"),
        (".", "."),
    ],
)  # fmt: skip
def test_names_keep_what_everybody_uses(name: str, made: str) -> None:
    assert Maps().names.of(name) == made


@pytest.mark.parametrize(
    ("arn", "made"),
    [
        ("arn:aws:iam::123456789012:user/path/me", "arn:aws:iam::000000000001:user/name-1/name-2"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:pay", "arn:aws:lambda:eu-west-1:000000000001:function:name-1"),
        ("not an arn", "name-1"),
    ],
)
def test_arns_keep_service_and_region(arn: str, made: str) -> None:
    assert Maps().things.arn(arn) == made


@pytest.mark.parametrize(
    ("type_", "data", "made"),
    [
        ("MX", "10 mail.shop.example.", "10 r-1.redacted-1.example."),
        ("CAA", '0 issue "amazon.com"', '0 issue "amazon.com"'),
        ("CAA", '0 issue ";"', '0 issue ";"'),
        ("CAA", '0 issue "amazon.com; validationmethods=dns-01"', '0 issue "amazon.com; validationmethods=dns-01"'),
        ("CAA", '0 issue "amazon.com; accounturi=https://a/1"', '0 issue "amazon.com; accounturi=user-1"'),
        ("CAA", '0 contactemail "me@shop.example"', '0 contactemail "data-1"'),
        ("CAA", '128 mine "secret"', '128 tag1 "data-1"'),
        ("CAA", '0 iodef "mailto:me@shop.example"', '0 iodef "mailto:user-1"'),
        ("TXT", '"v=spf1 include:shop.example -all"', '"v=spf1 data-1"'),
        ("TXT", '"secret"', '"data-1"'),
        ("DS", "54321 13 2 ABCDEF", "1 13 2 000001"),
    ],
)
def test_record_data_keeps_its_form(type_: str, data: str, made: str) -> None:
    assert Maps().records.data(type_, data) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("WRONG_VERSION_NUMBER", "WRONG_VERSION_NUMBER"),
        ("timeout", "timeout"),
        ("unreachable: 10.1.2.3 says no", "unreachable: redacted"),
        ("tls: CERTIFICATE_VERIFY_FAILED", "tls: CERTIFICATE_VERIFY_FAILED"),
        ("not followed: another host", "not followed: another host"),
        ("my words", "redacted"),
    ],
)
def test_failures_keep_their_kind(text: str, made: str) -> None:
    assert Maps().words.failure(text) == made


def test_a_complaint_about_plain_http_is_still_one() -> None:
    body = "<h1>Shop: The plain HTTP request was sent to HTTPS port</h1>"
    kept = Maps().words.body(body)
    assert wants_tls(Exchange(url="", address="", port=80, status=400, body_start=kept))
    assert "shop" not in kept.lower()


def test_the_value_of_a_validation_record_stays_one_with_a_domain_behind_it_or_without_its_underscore() -> None:
    names = Names(Numbers(), Addresses())
    value = names.of("_def.acm-validations.aws")
    assert names.of("_def.acm-validations.aws.shop.example") == f"{value}.{names.of('shop.example')}"
    assert names.of("def.acm-validations.aws") == value.removeprefix("_")
    assert names.of("_ghi.acm-validations.aws") != value


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        (("server", "Apache/2.4.58 (Ubuntu) OpenSSL/3.0.13 SECRET"), "Apache"),
        (("server", "Jetty(12.0.9)"), "Jetty"),
        (("server", "nginx/1.26.2"), "nginx/1.26.2"),
        (("x-powered-by", "Express"), "Express"),
        (("x-powered-by", "PHP/8.3.1 on secret-host"), "PHP"),
    ],
)
def test_the_public_name_of_software_stays_and_what_follows_goes(header: tuple[str, str], kept: str) -> None:
    assert Maps().web.headers((header,)) == ((header[0], kept),)


@pytest.mark.parametrize("name", ["server", "x-powered-by"])
def test_a_name_of_ones_own_software_goes(name: str) -> None:
    ((_, told),) = Maps().web.headers(((name, "secretd/1.0 (Apache)"),))
    assert "secretd" not in told
