"""What `--domain` accepts, and the sentence that each other text gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.collect.domain import AskedDomain, asked_domain
from albdoctor.errors import BadOptionError


@pytest.mark.parametrize(
    ("text", "domain", "host", "registrable", "path"),
    [
        ("shop.example", "shop.example", "shop.example", "shop.example", None),
        ("WWW.Shop.CO.KR.", "www.shop.co.kr", "www.shop.co.kr", "shop.co.kr", None),
        (" shop.example ", "shop.example", "shop.example", "shop.example", None),
        ("한국.kr", "한국.kr", "xn--3e0b707e.kr", "xn--3e0b707e.kr", None),
        ("가게.한국", "가게.한국", "xn--o39akk.xn--3e0b707e", "xn--o39akk.xn--3e0b707e", None),
        ("shop。kr", "shop.kr", "shop.kr", "shop.kr", None),
        ("xn--3e0b707e.kr", "xn--3e0b707e.kr", "xn--3e0b707e.kr", "xn--3e0b707e.kr", None),
        ("https://Shop.example/A/b?c=d#e", "shop.example", "shop.example", "shop.example", "/A/b"),
        ("http://shop.example", "shop.example", "shop.example", "shop.example", None),
        ("https://shop.example/가", "shop.example", "shop.example", "shop.example", "/%EA%B0%80"),
        ("foo.github.io", "foo.github.io", "foo.github.io", "github.io", None),
        ("www.foo.uk.com", "www.foo.uk.com", "www.foo.uk.com", "foo.uk.com", None),
        ("foo.uk.com", "foo.uk.com", "foo.uk.com", "foo.uk.com", None),
        ("uk.com", "uk.com", "uk.com", "uk.com", None),
        ("foo.elasticsearch.uk", "foo.elasticsearch.uk", "foo.elasticsearch.uk", "elasticsearch.uk", None),
        ("My_App.shop.example", "my_app.shop.example", "my_app.shop.example", "shop.example", None),
        ("_a.shop.example", "_a.shop.example", "_a.shop.example", "shop.example", None),
        ("r3---x.example", "r3---x.example", "r3---x.example", "r3---x.example", None),
    ],
)
def test_accepted(text: str, domain: str, host: str, registrable: str, path: str | None) -> None:
    assert asked_domain(text) == AskedDomain(domain=domain, host=host, registrable=registrable, path=path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        (".", "is empty"),
        ("a..example", "empty label"),
        (".shop.example", "empty label"),
        ("-a.example", "letters, digits and inner hyphens"),
        ("a_ü.example", "no valid host name"),
        ("___.example", "no valid host name"),
        ("a／b.example", "no valid host name"),
        ("a≠b.example", "no valid host name"),
        ("sh op.example", "no valid host name"),
        ("*.shop.example", "no valid host name"),
        ("☃.example", "no valid host name"),
        ("xn--zzzzzz.example", "no valid host name"),
        (f"{'a' * 64}.example", "more than 63"),
        (f"{'a.' * 130}example", "at most 253"),
        ("x" * 5000, "too long"),
        ("192.0.2.1", "is an IP address"),
        ("２.2.2.2", "is an IP address"),
        ("256.1.1.1", "is an IP address"),
        ("2001:db8::1", "is an IP address"),
        ("[2001:db8::1]", "is an IP address"),
        ("https://[2001:db8::1]/", "is an IP address"),
        ("https://[", "is no URL"),
        ("co.kr", "is a public suffix"),
        ("localhost", "is a single label"),
        ("shop.example:443", "names a port"),
        ("https://shop.example:443/", "names a port"),
        ("https://shop.example:99999/", "is no URL"),
        ("https://me:pw@shop.example/", "user name or password"),
        ("me@shop.example", "mail address"),
        ("shop.example/path", "write https:// before it"),
        ("ftp://shop.example", "no http or https URL"),
        ("https:///path", "has no host name"),
        ("https://shop.example/a b", "write it as %20"),
        ("shop\n.example", "control character"),
        ("shop.example\x1b[31m", "control character"),
        ("web-1.ap-northeast-2.elb.amazonaws.com", "is AWS's own name; scan the domain that should lead to it"),
        ("d111111abcdef8.cloudfront.net", "is AWS's own name"),
    ],
)
def test_refused_with_one_sentence(text: str, words: str) -> None:
    with pytest.raises(BadOptionError) as refused:
        asked_domain(text)
    message = str(refused.value)
    assert words in message
    assert "\n" not in message
    assert len(message) < 400


def test_password_is_not_repeated() -> None:
    with pytest.raises(BadOptionError) as refused:
        asked_domain("https://me:secret@shop.example/")
    assert "secret" not in str(refused.value)


LABELS = st.text(max_size=70)
HOSTS = st.lists(LABELS, max_size=6).map(".".join)


@given(st.one_of(st.text(max_size=300), HOSTS, HOSTS.map("https://{}/x".format), st.from_regex(r"https?://.{0,40}")))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        asked = asked_domain(text)
    except BadOptionError:
        return
    assert asked.host.isascii()
    assert asked.host == asked.host.lower()
    assert len(asked.host) <= 253
    assert asked.host == asked.registrable or asked.host.endswith("." + asked.registrable)
    assert asked_domain(asked.host).host == asked.host
    assert asked.path is None or asked.path.isascii()
