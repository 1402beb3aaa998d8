"""docs/configuration.md: each key has an example, in both languages the same, and each example is run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import certifi
import jsonschema
import pytest
from msgspec.structs import replace

from albdoctor import load_facts
from albdoctor.cli import main
from albdoctor.collect.options import Options
from albdoctor.commands.collect import collect
from albdoctor.commands.given import CollectGiven, parsed
from albdoctor.commands.named import scans_of
from albdoctor.commands.options import settled
from albdoctor.commands.schema import schema_of
from albdoctor.config import NAMED_ONLY, Config, load
from albdoctor.errors import BadOptionError
from albdoctor.facts.files import encode
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.tables import table_of

ROOT = Path(__file__).parents[1]
PAGE, KOREAN = ((ROOT / "docs" / name).read_text() for name in ("configuration.md", "configuration.ko.md"))
SECTION = re.compile(r"^## `([a-z-]+)`$.*?^```toml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = dict(SECTION.findall(PAGE))
ANCHOR = "20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"
NAMED = {name.replace("_", "-") for name in NAMED_ONLY}

ILL, WARNED, UNJUDGED = ("status-check-failed", "keep-alive-race", "first-health-checks")


def _denied(facts: Facts) -> Facts:
    """The same, where whatever is not known was denied."""
    groups = {name: getattr(facts, name) for name in facts.__struct_fields__}
    unknown = {name: one for name, one in groups.items() if isinstance(one, Unknown)}
    return replace(facts, **{name: replace(one, gap=Gap.DENIED) for name, one in unknown.items()})


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trusted").mkdir()
    (tmp_path / "trusted" / "ca.pem").write_bytes(Path(certifi.where()).read_bytes())
    (tmp_path / "trusted" / "root.ds").write_text(f". IN DS {ANCHOR}\n")
    for name in (ILL, WARNED, UNJUDGED):
        facts = load_facts(ROOT / "tests" / "recorded" / f"{name}.json")
        (tmp_path / f"{name}.json").write_bytes(encode((_denied(facts) if name == UNJUDGED else facts,)))
    main(["scan", "--facts", f"{ILL}.json", "--format", "json=known.json"])
    return tmp_path


def test_every_key_has_an_example_and_both_pages_the_same() -> None:
    assert list(EXAMPLES) == list(dict(SECTION.findall(KOREAN)))
    assert set(EXAMPLES) == set(Config.__struct_encode_fields__)
    assert dict(SECTION.findall(KOREAN)) == EXAMPLES


def test_links_lead_somewhere_and_lines_are_short() -> None:
    for page in (PAGE, KOREAN):
        links = re.findall(r"\]\(([^)#]+)\)", page)
        assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
        assert max(map(len, page.splitlines())) <= 140


@pytest.mark.parametrize("key", EXAMPLES)
def test_an_example_is_read_alone_and_by_the_schema(key: str, here: Path) -> None:
    file = here / "albdoctor.toml"
    file.write_text(EXAMPLES[key])
    table = table_of(file, EXAMPLES[key].encode())
    jsonschema.validate(json.loads(json.dumps(table, default=str)), schema_of("config"))  # a date is a string there
    if key in NAMED:
        with pytest.raises(BadOptionError, match=f"{key} holds only in a file that is named"):
            load(None)
    else:
        assert load(None)[0] != Config()
    assert load(file)[0] != Config()


ENDS = [
    ("fail-on", WARNED, 0, 1),
    ("allow-gaps", UNJUDGED, 3, 0),
    ("select", ILL, 1, 0),
    ("ignore", ILL, 1, 0),
    ("severity", WARNED, 0, 1),
    ("suppress", ILL, 1, 0),
    ("baseline", ILL, 1, 0),
]


@pytest.mark.parametrize(("key", "facts", "before", "after"), ENDS)
def test_what_an_example_makes_of_the_exit_code(key: str, facts: str, before: int, after: int, here: Path) -> None:
    words = ["scan", "--facts", f"{facts}.json", "-q"]
    assert main(words) == before
    (here / "albdoctor.toml").write_text(EXAMPLES[key])
    assert main(words) == after


def test_the_formats_and_the_language_of_the_examples(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "albdoctor.toml").write_text(EXAMPLES["format"] + EXAMPLES["lang"])
    capsys.readouterr()
    assert main(["scan", "--facts", f"{ILL}.json"]) == 1
    assert "종료 코드 1" in capsys.readouterr().out
    assert 'lang="ko"' in (here / "report.html").read_text()
    assert (here / "albdoctor.sarif").read_text().startswith("{")


ASKED: dict[str, Callable[[Options], object]] = {
    "domain": lambda one: (one.host, one.path, one.balancer) == ("shop.example", "/", "web"),
    "profile": lambda one: one.profiles == ("web", "dns"),
    "region": lambda one: one.regions == ("ap-northeast-2", "us-east-1"),
    "timeout": lambda one: one.timeout == 30,
    "resolver": lambda one: one.resolvers == (("192.0.2.53", 53), ("192.0.2.54", 5353)),
    "dns-root": lambda one: one.dns_roots == (("192.0.2.1", 53),),
    "trust-anchor": lambda one: one.trust_anchors == (ANCHOR,),
    "ca-bundle": lambda one: one.ca_bundle == "trusted/ca.pem",
    "connect-to": lambda one: one.connect_to.at("shop.example", 443) == ("127.0.0.1", 8443),
    "inspect-hosts": lambda one: one.inspect_hosts,
}


@pytest.mark.parametrize("key", ASKED)
def test_what_an_example_makes_a_scan_ask(key: str, here: Path) -> None:
    (here / "albdoctor.toml").write_text(EXAMPLES[key])
    with collect.make_context("collect", ["shop.example", "--config", "albdoctor.toml"]) as context:
        given = parsed(CollectGiven, context.params)
    config, _ = load(given.config)
    scans = scans_of(settled(given, config), config)
    assert ASKED[key](scans[0])
    assert len(scans) == (2 if key == "domain" else 1)


def test_each_example_has_its_effect_tested() -> None:
    assert {key for key, *_ in ENDS} | set(ASKED) | {"format", "lang"} == set(EXAMPLES)


def test_all_examples_stand_in_one_file_in_the_order_of_the_page(here: Path) -> None:
    keys = [example for example in EXAMPLES.values() if not example.startswith("[")]
    tables = [example for example in EXAMPLES.values() if example.startswith("[")]
    (here / "all.toml").write_text("\n".join((*keys, *tables)))
    config, _ = load(here / "all.toml")
    assert (len(config.domain), len(config.suppress), len(config.severity)) == (2, 3, 2)
