"""Checks of somebody else's, installed as any: whatever they do is named, ours go on, and stdout stays the report's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from albdoctor.checkup.foreign import bounded, called, is_ours
from albdoctor.checkup.registry import load
from albdoctor.errors import BadCheckError

pytestmark = pytest.mark.process

FACTS = Path(__file__).parents[1] / "cases" / "base.json"
HEAD = """
import os, sys
from albdoctor.checkup import ERROR, Fix, check, fine, found, saw
from albdoctor.facts.ec2 import Vpcs
from albdoctor.facts.elb import LoadBalancers
from albdoctor.text import same

def declared(judge, id="SHOP901", slug="shop-one", message="words"):
    return check(
        id=id, slug=slug, severity=ERROR, since="1", message=same(message), why=same("why"),
        fixes=(Fix(summary=same("fix")),),
    )(judge)

def sound(load_balancers: LoadBalancers):
    '''Yield every load balancer.'''
    for one in load_balancers:
        yield fine(one.ref)

class Stop(BaseException):
    '''No exception.'''
"""
JUDGING = {
    "a placeholder without a value": (
        "yield found(load_balancers[0].ref, saw('a', 'b'))",
        "SHOP901 has no value for gone",
    ),
    "sys.exit": ("sys.exit(7); yield", "SystemExit was raised: 7"),
    "no exception": ("raise Stop('now'); yield", "Stop was raised: now"),
    "junk": ("yield 'junk'", "SHOP901 yields 'junk', which is no finding"),
    "nothing": ("return None", "'NoneType' object is not iterable"),
    "a subject that is none": ("yield found('here', saw('a', 'b'), gone='x')", "wrong member: subject"),
    "evidence that is none": ("yield found(load_balancers[0].ref, 'x', gone='x')", "wrong member: evidence"),
    "a value that is none": ("yield found(load_balancers[0].ref, gone=object())", "wrong member: values"),
    "a severity that is none": ("yield found(load_balancers[0].ref, severity='bad', gone='x')", "severity"),
    "recursion": ("yield judge(load_balancers).__next__() or [judge][0]; judge(0)", ""),
    "no end": ("\n    while True: yield fine(load_balancers[0].ref)", "more than 200000 results"),
    "a loop without a word": ("\n    while True: pass\n    yield", "it does not end: stopped after 10 s"),
    "a long word": ("raise ValueError('x' * 10**6); yield", "ValueError: xxx"),
    "words that fail": ("raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})(); yield", "E: "),
}
LOADING = {
    "an import that fails": ("import nothing_such", "ModuleNotFoundError: No module named 'nothing_such'"),
    "sys.exit at import": ("sys.exit(3)", "SystemExit was raised: 3"),
    "no exception at import": ("raise Stop('here')", "Stop was raised: here"),
    "no function": ("", "AttributeError"),
    "no checks": ("def checks(): return None", "TypeError"),
    "junk": ("def checks(): return [1]", "1 is no check"),
    "checks without end": (
        "def checks():\n    while True: yield declared(sound)",
        "more than 10000 results: it does not end",
    ),
    "sys.exit in its function": ("def checks(): sys.exit(0)", "SystemExit was raised: 0"),
    "an id of ours": ("def checks(): return [declared(sound, id='ALB404')]", "ALB404 names two checks"),
    "a slug of ours": (
        "def checks(): return [declared(sound, slug='tg-no-targets')]",
        "tg-no-targets names two checks",
    ),
    "a wrong declaration": ("def checks(): return [declared(sound, id='x')]", "'x' is no check id"),
}


def _installed(folder: Path, name: str, source: str) -> None:
    (folder / f"{name}.py").write_text(HEAD + source)
    info = folder / f"{name}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[albdoctor.checks]\n{name} = {name}:checks\n")


def _scan(folder: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    start = f"import sys; sys.path.append({str(folder)!r}); from albdoctor.cli import main; sys.exit(main())"
    run = (sys.executable, "-c", start, "scan", "--facts", str(FACTS), "--format", "json", *words)
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def _neighbour(folder: Path) -> None:
    """Another package, which is in order."""
    _installed(folder, "zz_other", "def checks(): return [declared(sound, id='OTHER901', slug='other-one')]\n")


def _outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {one["check"]: one["outcome"] for one in report["checks"]}


def _crash(report: dict[str, Any]) -> tuple[str, str]:
    (crash,) = (one for one in report["findings"] if one["check"] == "ALB001")
    return crash["message"], crash["evidence"][0]["saw"]


@pytest.mark.parametrize("name", JUDGING)
def test_a_check_that_misbehaves_is_named_and_the_others_go_on(tmp_path: Path, name: str) -> None:
    body, said = JUDGING[name]
    judge = f"\ndef judge(load_balancers: LoadBalancers):\n    '''Misbehave.'''\n    {body}\n"
    _installed(tmp_path, "shop", judge + "def checks(): return [declared(judge, message='{gone}')]\n")
    _neighbour(tmp_path)
    code, report, _ = _scan(tmp_path)
    message, saw = _crash(report)
    assert "SHOP901" in message
    assert said in saw
    assert len(saw) <= 500
    outcomes = _outcomes(report)
    assert (outcomes["SHOP901"], outcomes["OTHER901"], outcomes["ALB404"]) == ("crashed", "passed", "passed")
    assert code == report["exit_code"] == 3


@pytest.mark.parametrize("name", LOADING)
def test_what_does_not_load_is_named_and_the_others_go_on(tmp_path: Path, name: str) -> None:
    source, said = LOADING[name]
    _installed(tmp_path, "shop", source + "\n")
    _neighbour(tmp_path)
    code, report, _ = _scan(tmp_path)
    message, saw = _crash(report)
    assert "shop (shop:checks)" in message
    assert said in saw
    outcomes = _outcomes(report)
    assert (outcomes["OTHER901"], outcomes["ALB404"]) == ("passed", "passed")
    assert code == report["exit_code"] == 3


@pytest.mark.sweep
def test_an_import_without_end_is_named(tmp_path: Path) -> None:
    _installed(tmp_path, "shop", "while True: pass\n")
    code, report, _ = _scan(tmp_path)
    assert (code, _crash(report)[1]) == (3, "BadCheckError: it does not end: stopped after 30 s")


def test_what_they_print_goes_to_stderr(tmp_path: Path) -> None:
    body = "    print('judging')\n    yield from sound(load_balancers)\n"
    judge = f"\ndef judge(load_balancers: LoadBalancers):\n    '''Print.'''\n{body}"
    source = f"print('importing'){judge}def checks():\n    print('giving')\n    return [declared(judge)]\n"
    _installed(tmp_path, "shop", source)
    code, report, said = _scan(tmp_path)
    assert _outcomes(report)["SHOP901"] == "passed"
    assert [word in said for word in ("importing", "giving", "judging")] == [True] * 3
    assert code == 0


def test_one_in_order_is_a_check_as_any(tmp_path: Path) -> None:
    _neighbour(tmp_path)
    code, report, said = _scan(tmp_path)
    assert (code, report["verdict"], _outcomes(report)["OTHER901"], said) == (0, "sound", "passed", "")


def test_the_list_of_checks_says_what_is_missing(tmp_path: Path) -> None:
    _installed(tmp_path, "shop", "sys.exit(3)\n")
    start = f"import sys; sys.path.append({str(tmp_path)!r}); from albdoctor.cli import main; sys.exit(main())"
    run = (sys.executable, "-c", start, "checks")
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "ALB404" in done.stdout
    assert "Warning: checks of shop (shop:checks) do not load" in done.stderr


def test_a_function_of_no_module_is_somebody_elses() -> None:
    made: dict[str, Any] = {}
    exec("def judge(): ...", made)  # noqa: S102 - how templates make functions
    assert made["judge"].__module__ != "albdoctor_checks"
    made["judge"].__module__ = None
    assert not is_ours(made["judge"])
    assert all(is_ours(check.judge) for check in load() if check.id.startswith("ALB"))


def test_an_interrupt_is_no_crash() -> None:
    def interrupted() -> list[int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        called(interrupted, 1)


def test_as_many_as_may_be_are_given() -> None:
    assert list(bounded([1, 2], 2)) == [1, 2]
    with pytest.raises(BadCheckError, match="more than 2 results"):
        list(bounded([1, 2, 3], 2))
