"""The absolute addresses of a page: those that matter, few, and in a time that no page can make long."""

from __future__ import annotations

from time import perf_counter

import pytest

from albdoctor.collect.web.links import MOST, links_of
from tests.support.clocks import SLACK

HTML = "text/html; charset=utf-8"


def origins(body: str, content_type: str = HTML) -> list[tuple[str, str]]:
    return [(one.tag, one.origin) for one in links_of(content_type, body.encode())]


def test_the_elements_that_lead_somewhere() -> None:
    page = """<html><FORM method=post action="http://shop.example/login?a=b"><a class='x' href='http://10.0.1.5:8080'>
    <script src=http://shop.example/app.js></script><link rel=canonical href = "https://shop.example">
    <p title="http://no.example/"><svg xmlns="http://www.w3.org/2000/svg">"""
    assert origins(page) == [
        ("form", "http://shop.example"),
        ("a", "http://10.0.1.5:8080"),
        ("script", "http://shop.example"),
        ("link", "https://shop.example"),
    ]


def test_each_once_and_not_too_many() -> None:
    assert len(origins('<a href="http://a.example/1"><a href="http://a.example/2">')) == 1
    assert len(origins("".join(f'<a href="http://a{number}.example/">' for number in range(99)))) == MOST


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json"])
def test_what_is_no_html_names_nothing(content_type: str) -> None:
    assert origins('<a href="http://a.example/">', content_type) == []


def test_relative_and_odd_addresses_are_left_out() -> None:
    assert origins('<a href="/x"><a href="//cdn.example/x"><a href="http://"><a href="ftp://a.example/">') == []


@pytest.mark.parametrize("piece", ["<a ", "<a href=", "<a " + "x " * 200, "<a href=http://", "<a\t\n", "<img src = "])
def test_no_page_takes_long(piece: str) -> None:
    body = (piece * 65_536)[:65_536].encode()
    started = perf_counter()
    links_of(HTML, body)
    assert perf_counter() - started < SLACK
