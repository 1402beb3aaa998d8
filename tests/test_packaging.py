"""What is packaged is what is on the disk."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[1]


def _packages_on_disk() -> set[str]:
    found: set[str] = set()
    for root, top in ((ROOT, "albdoctor"), (ROOT / "checks", "albdoctor_checks")):
        for init in (root / top).rglob("__init__.py"):
            found.add(".".join(init.parent.relative_to(root).parts))
    return found


def test_setup_cfg_lists_every_package() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    assert set(config["options"]["packages"].split()) == _packages_on_disk()


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for top in ("albdoctor", "checks/albdoctor_checks") for path in (ROOT / top).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
