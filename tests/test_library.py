"""The library over saved facts: `load_facts` and `judge`, as a deployment script calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

import albdoctor
from albdoctor.errors import BadFactsError, BadOptionError
from albdoctor.facts.files import encode
from tests.support.build_served import ADDRESSES
from tests.support.stories import story


def test_saved_facts_are_read_and_judged(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(encode((story("healthy"),)))
    assert albdoctor.load_facts(path) == albdoctor.load_facts(str(path)) == story("healthy")
    request = albdoctor.judge(albdoctor.load_facts(path)).request
    assert (request.served, tuple(one.address for one in request.answers)) == ("yes", ADDRESSES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (encode((story(), story())), "holds 2 snapshots, not one"),
        (b"", "is empty"),
        (b"{}", "holds no facts of albdoctor"),
        (encode((story(),))[:100], "is cut off or damaged"),
    ],
)
def test_a_file_that_is_no_snapshot_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(content)
    with pytest.raises(BadFactsError, match=f"^facts file {path} {said}"):
        albdoctor.load_facts(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadOptionError, match=f"^cannot read {tmp_path}/none: No such file or directory$"):
        albdoctor.load_facts(tmp_path / "none")
