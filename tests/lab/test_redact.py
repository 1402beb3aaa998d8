"""`--redact` over what the lab's servers and its AWS really answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from albdoctor.facts.files import decode, encode
from albdoctor.redact.snapshot import redact
from tests.redact.test_snapshot import verdicts

ORIGINALS = ("shop.example", "123456789012", "shop-", "nic@", "lab root")


@pytest.mark.lab
@pytest.mark.parametrize("scenario", ["https-target-group", "registrar-ns-mixed", "host-rule-mismatch"])
def test_a_lab_snapshot_is_judged_the_same_and_names_nobody(scenario: str, tmp_path: Path) -> None:
    saved = tmp_path / "facts.json"
    done = subprocess.run(
        [sys.executable, "-m", "albdoctor", "lab", "run", scenario, "--save-facts", str(saved)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    (original,) = decode(saved.read_bytes(), "facts")
    made = redact(original)
    assert verdicts(made) == verdicts(original)
    written = encode((made,)).decode()
    assert [one for one in ORIGINALS if one in written] == []
