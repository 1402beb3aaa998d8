"""What somebody types first: the name alone, nothing at all, a command with a slip of the finger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from albdoctor.cli import main
from albdoctor.exits import Exit

NOBODY = ("--no-probe", "--timeout", "1", "--dns-root", "127.0.0.1:1", "--resolver", "127.0.0.1:1")
SAVED = Path(__file__).parents[1] / "recorded" / "name-missing.json"


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.parametrize("name", ["shop.example", "https://shop.example/", "SHOP.example"])
def test_a_name_alone_is_scanned(name: str, tmp_path: Path) -> None:
    assert main([name, *NOBODY, "--format", "json=one.json"]) == Exit.GAPS
    assert json.loads((tmp_path / "one.json").read_text())["scan"]["host"] == "shop.example"
    assert main(["scan", name, *NOBODY, "--format", "json=two.json"]) == Exit.GAPS


def test_the_exit_code_is_the_scans(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--facts", str(SAVED), "-q"]) == Exit.FINDINGS
    assert main([]) == Exit.SOUND
    assert main(["--version"]) == Exit.SOUND
    assert main(["shop..example"]) == Exit.COULD_NOT_RUN
    assert "shop..example" in capsys.readouterr().err


def test_nothing_at_all_is_told_in_a_few_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang, word in (("C", "what to type"), ("ko_KR.UTF-8", "무엇을 입력해야")):
        monkeypatch.setenv("LANG", lang)
        assert main([]) == Exit.SOUND
        out, err = capsys.readouterr()
        assert (word in out, len(out.splitlines()), err) == (True, 6, "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("scam", "there is no command 'scam'; did you mean scan?"),
        ("chekcs", "there is no command 'chekcs'; did you mean checks?"),
        ("xyzzy", "there is no command 'xyzzy'; `albdoctor --help` lists them"),
        ("sc\x1b[31mn", "there is no command 'sc\\x1b[31mn'"),
    ],
)
def test_a_slip_of_the_finger(typed: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([typed]) == Exit.COULD_NOT_RUN
    err = capsys.readouterr().err
    assert said in err
    assert "\x1b" not in err
