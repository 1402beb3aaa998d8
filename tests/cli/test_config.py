"""The configuration file says what options say: read by the same parsers, the command line first."""

from __future__ import annotations

import re
from pathlib import Path

import certifi
import pytest

from albdoctor.collect.options import Options
from albdoctor.commands.collect import collect
from albdoctor.commands.given import CollectGiven, parsed
from albdoctor.commands.named import scans_of
from albdoctor.config import load
from albdoctor.errors import BadOptionError

ANCHOR = "20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"
ROUTES = """
resolver = ["192.0.2.53:5353"]
dns-root = ["192.0.2.1", "192.0.2.2:54"]
trust-anchor = "trusted/root.ds"
ca-bundle = "trusted/ca.pem"
connect-to = ["shop.example:443:127.0.0.1:8443", "shop.example:80:127.0.0.1:8080"]
inspect-hosts = true
"""


def _options(folder: Path, content: str, *words: str) -> Options:
    """What a scan is asked to do, by a configuration file and words of the command line."""
    file = folder / "lab.toml"
    file.write_text(content)
    with collect.make_context("collect", ["shop.example", "--config", str(file), *words]) as context:
        given = parsed(CollectGiven, context.params)
    [options] = scans_of(given, load(given.config)[0])
    return options


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "trusted").mkdir()
    (tmp_path / "trusted" / "ca.pem").write_bytes(Path(certifi.where()).read_bytes())
    (tmp_path / "trusted" / "root.ds").write_text(f". IN DS {ANCHOR}\n")
    return tmp_path


def test_a_named_file_says_where_to_look(folder: Path) -> None:
    options = _options(folder, ROUTES)
    assert options.resolvers == (("192.0.2.53", 5353),)
    assert options.dns_roots == (("192.0.2.1", 53), ("192.0.2.2", 54))
    assert options.trust_anchors == (ANCHOR,)
    assert options.ca_bundle == str(folder / "trusted" / "ca.pem")
    assert options.connect_to.at("shop.example", 443) == ("127.0.0.1", 8443)
    assert options.inspect_hosts


def test_the_command_line_wins(folder: Path) -> None:
    words = ("--resolver", "192.0.2.54", "--dns-root", "192.0.2.9", "--ca-bundle", certifi.where())
    options = _options(folder, ROUTES, *words, "--connect-to", "shop.example:443:127.0.0.1:9443")
    assert (options.resolvers, options.dns_roots) == ((("192.0.2.54", 53),), (("192.0.2.9", 53),))
    assert options.ca_bundle == certifi.where()
    assert options.connect_to.at("shop.example", 443) == ("127.0.0.1", 9443)
    assert options.connect_to.at("shop.example", 80) == ("127.0.0.1", 8080), "other rules of the file stay"


def test_a_file_without_routes_changes_none(folder: Path) -> None:
    options = _options(folder, "timeout = 7\n")
    assert options == Options(domain="shop.example", host="shop.example", registrable="shop.example", timeout=7.0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('connect-to = ["shop.example:443"]', "is not HOST:PORT:HOST2:PORT2"),
        ('connect-to = "shop.example:443:127.0.0.1:1"', "Expected `array`, got `str` - at `$.connect-to`"),
        ('resolver = ["dns.example"]', "is no IP address"),
        ('ca-bundle = "nothing.pem"', "holds no certificates"),
        ('trust-anchor = "nothing.ds"', "holds no DS or DNSKEY records of the root"),
        ('trust-anchor = "trusted/ca.pem"', "holds no DS or DNSKEY records of the root"),
        ('connect_to = ["shop.example:443:127.0.0.1:1"]', "there is no key 'connect_to'; did you mean connect-to?"),
        ('endpoint = "http://127.0.0.1"', "there is no key 'endpoint'; there are domain, profile,"),
    ],
)
def test_what_cannot_be_used_is_refused(folder: Path, content: str, said: str) -> None:
    with pytest.raises(BadOptionError, match=re.escape(said)):
        _options(folder, content)
