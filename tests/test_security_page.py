"""SECURITY.md is about the present code: each promise has its proofs, links lead somewhere, figures are true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from albdoctor import files
from albdoctor.checkup import registry
from albdoctor.collect import pace
from albdoctor.collect.aws import account, calls, command, credentials, functions, processes, registrars, ssm
from albdoctor.collect.aws.services import ACM, EC2, ROUTE53, Service
from albdoctor.collect.dns import budget as dns_budget
from albdoctor.collect.dns import wire as dns_wire
from albdoctor.collect.options import parse_connect_to
from albdoctor.collect.public import why_not
from albdoctor.collect.web import addresses, http, open_ports, redirects
from tests.security import test_probes
from tests.security.proofs import PROOFS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "SECURITY.md").read_text()
FLAT = " ".join(PAGE.split())


def test_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if "://" not in link]
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def _limit(service: Service) -> str:
    """So many at once, and a second."""
    return f"{service.limit.at_once} and {service.limit.per_second:g}"


def promises() -> list[str]:
    """Each bullet and table row, in one line."""
    lines: list[str] = []
    for line in PAGE.splitlines():
        if line.startswith(("- ", "| ")) and line not in ("| to | what |", "| --- | --- |"):
            lines.append(line.removeprefix("- "))
        elif line.startswith("  ") and lines:
            lines[-1] += f" {line.strip()}"
    return lines


def test_every_promise_is_proven_and_every_proof_is_of_one() -> None:
    assert len(promises()) > 40
    named = {said: [begun for begun in PROOFS if said.startswith(begun)] for said in promises()}
    assert {said: begun for said, begun in named.items() if len(begun) != 1} == {}
    assert PROOFS.keys() - {begun for [begun] in named.values()} == set(), "a promise that is made no more"
    assert [begun for begun, proofs in PROOFS.items() if not proofs] == []


@pytest.mark.parametrize("proof", sorted({proof for proofs in PROOFS.values() for proof in proofs}))
def test_the_proof_is_a_test_that_runs(proof: str) -> None:
    file, name = proof.split("::")
    functions = {
        each.name: each for each in ast.parse((ROOT / file).read_text()).body if isinstance(each, ast.FunctionDef)
    }
    assert name in functions
    assert name.startswith("test_")
    asserts = [each for each in ast.walk(functions[name]) if isinstance(each, ast.Assert | ast.With | ast.Call)]
    assert asserts
    marks = " ".join(ast.unparse(one) for one in functions[name].decorator_list)
    assert "mark.skip(" not in marks
    assert "xfail" not in marks


FIGURE = re.compile(r"(?<![\w.:/`-])\d[\d.]*(?![\w:/-])")


def test_no_figure_is_left_unproven() -> None:
    """Whoever writes a number here compares it with the code, below."""
    left = FLAT
    for said in FIGURES:
        left = left.replace(said, "")
    left = re.sub(r"Route 53|\]\([^)]*\)|\d+(\.\d+){3}(/\d+)?", "", left)
    assert FIGURE.findall(left) == []


FIGURES = (
    f"HTTP: {pace.BURST} requests to one address at once, then {pace.PER_SECOND:g} a second",
    f"DNS: {dns_budget.QUESTIONS} questions a scan; {dns_budget.TO_ONE} packets to one address",
    f"of them {dns_budget.LOOKUPS} questions about name servers' own names",
    f"{dns_wire.PER_SECOND:g} packets a second to one address for all scans of a run",
    f"AWS: at most {calls.Limits.of(1).most_pages} pages of a list",
    f"sent {account.ATTEMPTS} times at most",
    f"signed, at most {account.THREADS} at once",
    f"Route 53 {_limit(ROUTE53)}, ACM {_limit(ACM)}, EC2 {_limit(EC2)}",
    f"for at most {credentials.SHARE} of `--timeout`, with at most {processes.MOST // 1024} kB of output",
    f"begins within {command.FIXED['TimeoutSeconds']} seconds and ends within 10, on Windows within 30",
    f"at most {ssm.TARGETS_PER_GROUP} instances of a target group",
    f"at most {registrars.MOST_WATCHED} services are asked for their stopped tasks",
    f"at most {functions.MOST_FUNCTIONS} of them are asked for their resource policy",
    f"at most {registrars.MOST_WATCHED} of them are asked for their latest activities",
    f"the first {addresses.MOST_ADDRESSES} of them",
    "TCP and TLS on 80 and 443",
    f"up to {open_ports.TARGETS_PER_GROUP} a group",
    f"the first {http.BODY_CHARACTERS} characters of the body",
    f"at most {test_probes.MOST} connections to one address",
    f"with mode {files.PRIVATE:04o}, fix scripts (`--fix-dir`) {files.OWNERS:04o}, reports {files.READABLE:04o}",
    f"`FILE.partial` ({files.PRIVATE:04o})",
)


@pytest.mark.parametrize("said", FIGURES)
def test_figures_are_the_codes(said: str) -> None:
    assert said in FLAT


def test_redirects_end_where_it_says() -> None:
    assert redirects.LONGEST_WALK == 10
    assert "on the same address only, to the scanned host or another name of its registrable domain" in FLAT
    assert "ten requests at most; any other is shown, not followed" in FLAT


def test_the_example_of_a_private_target_works() -> None:
    [rule] = re.findall(r"`--connect-to (\S+)` lets the tool probe", PAGE)
    assert why_not(parse_connect_to((rule,)), "10.0.0.5", 443, "shop.example") == ""
    assert why_not(parse_connect_to(()), "10.0.0.5", 443, "shop.example") != ""


def test_resolvers_only_help() -> None:
    """They are asked for the addresses where nobody else tells them; no check needs them."""
    needs = [need for check in registry.load() for need in check.needs if need.group == "resolver_answers"]
    assert needs
    assert all(need.optional for need in needs)
