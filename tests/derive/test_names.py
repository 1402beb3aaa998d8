"""Names: label boundaries, wildcards of one label, longest match, the name that was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.derive.names import (
    ancestors,
    balancer_name,
    covers,
    distance,
    is_balancer_name,
    is_under,
    longest_match,
    nearest_name,
    plain,
)

LABEL = st.text("abcxyz019", min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("pattern", "host", "answer"),
    [
        ("shop.example", "shop.example", True),
        ("SHOP.example.", "shop.example", True),
        ("*.shop.example", "www.shop.example", True),
        ("*.shop.example", "shop.example", False),
        ("*.shop.example", "a.b.shop.example", False),
        ("*.shop.example", "www.myshop.example", False),
        ("www.shop.example", "shop.example", False),
        ("w*.shop.example", "www.shop.example", False),
        ("*", "example", False),
    ],
)
def test_a_wildcard_covers_one_whole_label(pattern: str, host: str, answer: bool) -> None:
    assert covers(pattern, host) is answer


@given(LABEL, LABEL, st.lists(LABEL, min_size=1, max_size=3))
def test_a_wildcard_never_covers_its_apex_nor_two_labels(first: str, second: str, zone: list[str]) -> None:
    apex = ".".join(zone)
    assert covers(f"*.{apex}", f"{first}.{apex}")
    assert not covers(f"*.{apex}", apex)
    assert not covers(f"*.{apex}", f"{first}.{second}.{apex}")


@pytest.mark.parametrize(
    ("name", "zone", "answer"),
    [
        ("www.shop.example", "shop.example", True),
        ("shop.example", "shop.example.", True),
        ("myshop.example", "shop.example", False),
        ("shop.example", ".", True),
    ],
)
def test_under_a_zone_means_on_label_boundaries(name: str, zone: str, answer: bool) -> None:
    assert is_under(name, zone) is answer


def test_the_longest_zone_wins() -> None:
    zones = ("example", "shop.example", "app.shop.example", "op.example")
    assert longest_match("www.app.shop.example", zones) == "app.shop.example"
    assert longest_match("myshop.example", zones) == "example"
    assert longest_match("shop.test", zones) is None


def test_ancestors_go_up_to_the_last() -> None:
    assert ancestors("a.b.shop.example", "shop.example") == ("a.b.shop.example", "b.shop.example", "shop.example")
    assert ancestors("shop.example") == ("shop.example", "example")


def test_dualstack_names_the_same_balancer() -> None:
    assert (
        balancer_name("dualstack.web-1.ap-northeast-2.elb.amazonaws.com.") == "web-1.ap-northeast-2.elb.amazonaws.com"
    )
    assert is_balancer_name("web-1.ap-northeast-2.elb.amazonaws.com")
    assert not is_balancer_name("elb.amazonaws.com.evil.example")
    assert plain("Shop.Example.") == "shop.example"


def test_the_nearest_name_is_the_one_with_the_fewest_edits() -> None:
    meant = ("ns-1.awsdns-01.com", "ns-4.awsdns-04.co.uk")
    assert nearest_name("ns-4.awsdns-04.co.uk.com", meant) == "ns-4.awsdns-04.co.uk"
    assert nearest_name("x", ()) is None
    assert distance("kitten", "sitting") == 3
