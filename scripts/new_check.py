"""Begins a check: `new_check.py ALB404` (or its slug) writes the skeletons of check, test and scenario.

The name comes from checks/ids.tsv. Nothing of a skeleton passes before it is written: the judgement raises, its words
are empty, the test expects what nobody tells, and the scenario breaks nothing.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

from albdoctor.checkup.check import Stage

ROOT = Path(__file__).resolve().parents[1]
IDS = "checks/ids.tsv"
SCENARIOS = "albdoctor/lab/scenarios"
WITHOUT_FOLDER = {Stage.TOOL, Stage.OWN}

CHECK = Template('''"""$id: $words."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check
from albdoctor.text import Text

FIX = Fix(summary=Text(en="", ko=""))


@check(
    id="$id",
    slug="$slug",
    severity=ERROR,
    since="$since",
    message=Text(en="", ko=""),
    why=Text(en="", ko=""),
    fixes=(FIX,),
    words=Text(en="", ko=""),
    refs=(),
)
def $function() -> Iterator[Verdict]:
    """$sentence."""
    raise NotImplementedError("its parameters are the facts that it needs; it yields found(...) and fine(...)")
''')
TEST = Template('''"""$id over facts: what it tells, and when it stays silent."""

from __future__ import annotations

from albdoctor.checkup.engine import Result
from albdoctor_checks.$stage.$module import $function
from tests.support.build import facts
from tests.support.table import result_of, told


def test_what_is_broken_is_told() -> None:
    assert told($function, facts()) == ["the whole finding"]


def test_what_is_sound_passes() -> None:
    assert result_of($function, facts()) is Result.PASSED
''')
SCENARIO = Template("""    Scenario(
        name="$slug",
        about=Text(en="", ko=""),
        expected=(cause("$slug"),),
    ),
""")
SCENARIO_MODULE = Template('''"""Faults of the stage $stage."""

from __future__ import annotations

from albdoctor.lab.scenario import Scenario, cause
from albdoctor.text import Text

SCENARIOS = (
)
''')


class NotBegunError(Exception):
    """Nothing was written; the message says why."""


@dataclass(frozen=True)
class Name:
    """A check's id and slug, and what follows from them."""

    id: str
    slug: str

    @property
    def stage(self) -> Stage:
        """Its stage, which is its folder."""
        return Stage.of(self.id)

    @property
    def function(self) -> str:
        """The name of the judgement."""
        return self.slug.replace("-", "_")

    @property
    def module(self) -> str:
        """The name of its file, without the ending."""
        return f"{self.id.lower()}_{self.function}"

    def fill(self, template: Template, since: str = "") -> str:
        """Fill a skeleton."""
        words = self.slug.replace("-", " ")
        return template.substitute(
            id=self.id,
            slug=self.slug,
            stage=self.stage.value,
            function=self.function,
            module=self.module,
            since=since,
            words=words,
            sentence=words.capitalize(),
        )


def find(wanted: str, root: Path) -> Name:
    """Find a check that is named and not begun."""
    lines = [line.split("\t") for line in (root / IDS).read_text().splitlines()[1:]]
    cells = next((one for one in lines if wanted in one[:2]), None)
    if cells is None:
        raise NotBegunError(f"{IDS} names no check {wanted!r}")
    name = Name(*cells[:2])
    if cells[2:]:
        raise NotBegunError(f"{name.id} {name.slug} is retired: {cells[2]} tells it")
    if name.stage in WITHOUT_FOLDER:
        raise NotBegunError(f"{name.id} {name.slug} is albdoctor's own, and no file of a check")
    there = sorted((root / "checks").rglob(f"{name.id.lower()}_*.py"))
    if there:
        raise NotBegunError(f"{name.id} {name.slug} is there already: {there[0].relative_to(root)}")
    return name


def skeletons(name: Name, root: Path) -> dict[Path, str]:
    """Every file that is to be written, whole."""
    since = ".".join(_version(root).split(".")[:2])
    scenarios = root / SCENARIOS / f"{name.stage.value}.py"
    made = {
        root / "checks" / "albdoctor_checks" / name.stage.value / f"{name.module}.py": name.fill(CHECK, since),
        root / "tests" / "checks" / f"test_{name.module}.py": name.fill(TEST),
    }
    if scenarios.exists():
        source = scenarios.read_text()
    else:
        source = name.fill(SCENARIO_MODULE)
        made |= {scenarios.with_name("__init__.py"): _listed(name.stage, scenarios.with_name("__init__.py"))}
    head, end, rest = source.rpartition("\n)\n")
    if not end or rest:
        raise NotBegunError(f"{scenarios.relative_to(root)} does not end with its SCENARIOS")
    return made | {scenarios: f"{head}\n{name.fill(SCENARIO)})\n"}


def _version(root: Path) -> str:
    said = re.search(r'^VERSION = "(.+)"$', (root / "albdoctor" / "version.py").read_text(), re.MULTILINE)
    if not said:
        raise NotBegunError("albdoctor/version.py does not say which version this is")
    return said[1]


def _listed(stage: Stage, init: Path) -> str:
    """List a new module of scenarios after all others."""
    imported = re.compile(r"^(from albdoctor\.lab\.scenarios import )(\([^)]*\)|.+)$", re.MULTILINE)
    names = imported.search(init.read_text())
    listed = "SCENARIOS,\n)\n"
    if not names or listed not in init.read_text():
        raise NotBegunError(f"{init.name} of the scenarios does not list them as this script knows it")
    every = sorted({*re.findall(r"\w+", names[2]), stage.value})
    lines = "".join(f"    {name},\n" for name in every)
    source = imported.sub(lambda match: f"{match[1]}(\n{lines})", init.read_text(), count=1)
    return source.replace(listed, f"SCENARIOS,\n    *{stage.value}.SCENARIOS,\n)\n", 1)


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write the skeletons, or say in one sentence why not."""
    if len(arguments) != 1:
        print("usage: new_check.py ID (of checks/ids.tsv)", file=sys.stderr)
        return 2
    try:
        files = skeletons(find(arguments[0], root), root)
    except NotBegunError as error:
        print(error, file=sys.stderr)
        return 1
    for path, content in files.items():
        path.write_text(content)
        print(path.relative_to(root))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
