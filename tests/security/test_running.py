"""What a running albdoctor does, as the interpreter itself tells it: connections, programs, files."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import audited
from tests.support.interrupting import Place, founding_story

SAVED = Path(__file__).parents[1] / "fuzz" / "founding-story.json"
SECRET = "hunter2hunter2hunter2hunter2hunter2hunter2"
TOKEN = "tokenhunter3"
HAS_IPV6 = ("2001:503:ba3e::2:30", 53)
"""A UDP socket is connected to it, which sends nothing, to learn whether this machine has a way to IPv6 addresses."""
MAPPED = re.compile(r"(?P<host>[^ ]+):(?P<port>\d+):127\.0\.0\.1:(?P<there>\d+)")


@pytest.fixture(scope="module")
def story() -> Iterator[Place]:
    with founding_story() as place:
        yield place


def web(place: Place) -> set[int]:
    """Ports on loopback behind which the lab's addresses are served: HTTP, TLS and targets."""
    rules = [MAPPED.fullmatch(word) for word in place.words]
    return {int(one["there"]) for one in rules if one and one["port"] not in ("53", "43") and _is_address(one["host"])}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def test_judging_saved_facts_connects_to_nobody_runs_nothing_and_writes_nothing(tmp_path: Path) -> None:
    done = audited.run(tmp_path, "scan", "--facts", str(SAVED), "--lang", "en")
    assert done.code == 1, done.out
    assert "$ aws" in done.out or "aws elbv2" in done.out, "a fix was printed"
    assert (done.connections, done.lookups, done.programs, done.written) == ((), (), (), ())
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.lab
def test_a_scan_connects_to_what_is_on_the_list_runs_nothing_and_writes_nothing(tmp_path: Path, story: Place) -> None:
    """All that is on the list of SECURITY.md is led to the lab: anything else would be telemetry or an update check."""
    done = audited.run(tmp_path, "scan", *story.words, environment=story.environment)
    assert done.code == 1, done.out
    assert {place[0] for place in done.connections if place != HAS_IPV6} == {"127.0.0.1"}
    assert web(story) & {port for _, port in done.connections}
    assert set(done.lookups) <= {"127.0.0.1", "localhost"}
    assert (done.programs, done.written) == ((), ())
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.lab
def test_without_probes_nothing_is_sent_to_the_domain_or_its_targets(tmp_path: Path, story: Place) -> None:
    done = audited.run(tmp_path, "scan", *story.words, "--no-probe", environment=story.environment)
    assert done.connections
    assert not web(story) & {port for _, port in done.connections}


@pytest.mark.lab
def test_no_file_holds_credentials_or_what_stands_in_the_environment(tmp_path: Path, story: Place) -> None:
    secrets = {"AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN, "ALBDOCTOR_TEST": "hunter4"}
    key = story.environment.get("AWS_ACCESS_KEY_ID", "")
    assert key
    formats = ("text=a.txt", "json=a.json", "html=a.html", "sarif=a.sarif", "junit=a.xml", "markdown=a.md")
    words = [word for one in formats for word in ("--format", one)]
    files = ("--save-facts", "facts.json", "--fix-dir", "fixes")
    done = audited.run(tmp_path, "scan", *story.words, *words, *files, environment={**story.environment, **secrets})
    assert done.code == 1, done.out
    written = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert len(written) > len(formats)
    for text in (done.out, *(path.read_text() for path in written)):
        for secret in (*secrets.values(), key):
            assert secret not in text


@pytest.mark.lab
def test_what_is_written_is_what_was_asked_for_with_the_modes_that_it_says(tmp_path: Path, story: Place) -> None:
    files = ("--save-facts", "facts.json", "--fix-dir", "fixes", "--format", "html=a.html")
    audited.run(tmp_path, "scan", *story.words, *files, environment=story.environment)
    home = tmp_path / "home"
    modes = {str(path.relative_to(home)): path.stat().st_mode & 0o777 for path in home.rglob("*") if path.is_file()}
    scripts = {name: mode for name, mode in modes.items() if name.endswith(".sh")}
    assert modes["facts.json"] == 0o600
    assert modes["a.html"] == 0o644
    assert scripts
    assert set(scripts.values()) == {0o700}
