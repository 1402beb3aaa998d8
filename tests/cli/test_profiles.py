"""An AWS profile that does not exist ends a run at once, with exit 2, before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from albdoctor.cli import main

CONFIG = "[default]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n[profile 'my dev']\n[sso-session prd]\n"
NOBODY = ("--dns-root", "127.0.0.1:9", "--resolver", "127.0.0.1:9", "--timeout", "2", "--no-probe", "-q")
"""Where a question would go, were one asked."""


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "credentials").write_text("[old]\naws_access_key_id = x\naws_secret_access_key = y\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", [("scan", "shop.example"), ("scan", "--all"), ("collect", "shop.example")])
def test_the_names_that_exist_are_told(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--profile", "prod", "--profile", "prd"]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error == (
        "Error: there is no AWS profile 'prd'. Did you mean prod? Configured: default, my dev, old, prod\n"
    )


def test_in_korean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "shop.example", "--lang", "ko", "--profile", "zzz"]) == 2
    assert capsys.readouterr().err.endswith("AWS 프로필이 없습니다: 'zzz'. 설정된 프로필: default, my dev, old, prod\n")


def test_of_the_environment_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AWS_PROFILE", "sso-session prd")
    assert main(["scan", "shop.example"]) == 2
    assert "there is no AWS profile 'sso-session prd' (AWS_PROFILE)" in capsys.readouterr().err


def test_none_is_configured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("config", "credentials"):
        (tmp_path / name).unlink()
    assert main(["scan", "shop.example", "--profile", "prod"]) == 2
    assert "No profile is configured: run `aws configure sso` or `aws configure`" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["prod", "my dev", "old", "default"])
def test_what_exists_is_used(name: str) -> None:
    assert main(["scan", "shop.example", "--profile", name, *NOBODY]) in (1, 3)


def test_a_file_that_cannot_be_read_is_told_by_the_scan(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("no section\n")
    assert main(["scan", "shop.example", "--profile", "prod", *NOBODY]) in (1, 3)


def test_saved_facts_need_no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    story = Path(__file__).parents[1] / "fuzz" / "healthy.json"
    assert main(["scan", "--facts", str(story), "-q"]) == 0
