"""What a check declares (severities, impacts, chosen fixes) in a syntax tree, and each of them turned once."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import NamedTuple

SEVERITIES = {"ERROR": "WARNING", "WARNING": "INFO", "INFO": "WARNING"}
IMPACTS = {"NONE": "TRAFFIC", "BRIEF": "TRAFFIC", "TRAFFIC": "NONE"}
# What a replacement names and the module may not import.
HELP = "from albdoctor.checkup.fix import Fix as _Fix, Impact as _Impact\nfrom albdoctor.text import same as _same\n"
OTHER_FIX = "_Fix(summary=_same('a fix that nobody declared'))"


class Mutant(NamedTuple):
    """One expression, and what stands there instead."""

    node: ast.expr
    what: str
    instead: ast.expr


class _Replaced(ast.NodeTransformer):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.mutant.node:
            return ast.copy_location(self.mutant.instead, node)
        return self.generic_visit(node)


def turned(source: str, fixes: Collection[str], number: int) -> ast.Module:
    """Give the module with its mutant of this number in place; -1 is none."""
    tree = ast.parse(source)
    if number >= 0:
        _Replaced(mutants(tree, fixes)[number]).visit(tree)  # the module's node stays
    # After `from __future__ import annotations`, which must stay first but for the docstring.
    at = 1 + max((n for n, one in enumerate(tree.body) if _is_future(one)), default=0)
    tree.body[at:at] = ast.parse(HELP).body
    return ast.fix_missing_locations(tree)


def mutants(tree: ast.Module, fixes: Collection[str]) -> list[Mutant]:
    """List every mutant of a module. `fixes` are the names in it that hold a Fix."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    found = [mutant for node in nodes for mutant in _of(node, fixes)]
    if not any(_leaves_the_default(node) for node in nodes):
        # Every finding brings its own fix: the declared one is told by the check's page alone.
        declared = [node for node in nodes if isinstance(node, ast.Call) and _name(node.func) == "check"]
        defaults = [keyword.value for call in declared for keyword in call.keywords if keyword.arg == "fix"]
        found = [mutant for mutant in found if mutant.node not in defaults]
    return sorted(found, key=lambda mutant: (mutant.node.lineno, mutant.node.col_offset))


def _of(node: ast.expr, fixes: Collection[str]) -> Iterator[Mutant]:
    name = _name(node)
    if isinstance(node, ast.Call):
        yield from _impact(node)
        if _name(node.func) != "check":
            yield from _dropped(node)
    elif isinstance(node, ast.IfExp):
        names = {_name(part) for side in (node.body, node.orelse) for part in ast.walk(side)}
        if names & {*SEVERITIES, *fixes, "Fix"}:
            swapped = ast.IfExp(node.test, node.orelse, node.body)
            yield Mutant(node, f"{ast.unparse(node)}, the other way round", swapped)
    elif name in SEVERITIES and isinstance(node, ast.Name | ast.Attribute):
        # The type of a severity is the enum, whatever the module imports.
        instead = _parsed(f"type({ast.unparse(node)}).{SEVERITIES[name]}")
        yield Mutant(node, f"{name}, which becomes {SEVERITIES[name]}", instead)
    elif name in fixes and isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        other = next((one for one in fixes if one != name), OTHER_FIX)
        yield Mutant(node, f"{name}, which becomes {'another' if other == OTHER_FIX else other}", _parsed(other))


def _leaves_the_default(node: ast.expr) -> bool:
    """Whether it makes a finding that may have the fix that its check declares."""
    if not isinstance(node, ast.Call) or _name(node.func) not in ("found", "Finding"):
        return False
    fix = next((keyword.value for keyword in node.keywords if keyword.arg == "fix"), None)
    return fix is None or any(isinstance(part, ast.Constant) and part.value is None for part in ast.walk(fix))


def _impact(call: ast.Call) -> Iterator[Mutant]:
    """The impact of a Fix, stated or left to its default."""
    stated = [keyword for keyword in call.keywords if keyword.arg == "impact"]
    if stated or _name(call.func) == "Fix":
        old = _name(stated[0].value) if stated else "NONE"
        new = IMPACTS.get(old, "BRIEF")
        others = [keyword for keyword in call.keywords if keyword.arg != "impact"]
        impact = ast.keyword(arg="impact", value=_parsed(f"_Impact.{new}"))
        yield Mutant(call, f"impact {old}, which becomes {new}", ast.Call(call.func, call.args, [*others, impact]))


def _dropped(call: ast.Call) -> Iterator[Mutant]:
    """What a finding says of itself instead of what its check declares."""
    for dropped in call.keywords:
        if dropped.arg in ("fix", "severity"):
            others = [keyword for keyword in call.keywords if keyword is not dropped]
            what = f"{dropped.arg}={ast.unparse(dropped.value)}, dropped"
            yield Mutant(call, what, ast.Call(call.func, call.args, others))


def _name(node: ast.AST) -> str:
    """The last word of a name: ERROR of ERROR and of Severity.ERROR."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
