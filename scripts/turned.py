"""Lets the import system of this process read one module with a mutant in it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from scripts.mutants import turned


class _Loader(SourceFileLoader):
    """Compiles the turned source; what is cached beside the file is neither read nor written."""

    def __init__(self, fullname: str, path: str, fixes: Collection[str], number: int) -> None:
        super().__init__(fullname, path)
        self.fixes, self.number = fixes, number

    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.get_filename(fullname)).read_text()
        return compile(turned(source, self.fixes, self.number), self.path, "exec")


class _Finder(MetaPathFinder):
    def __init__(self, module: str, fixes: Collection[str], number: int) -> None:
        self.module, self.fixes, self.number = module, fixes, number

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname == self.module else None
        if spec and spec.origin:
            spec.loader = _Loader(fullname, spec.origin, self.fixes, self.number)
        return spec


def use(module: str, fixes: Collection[str], number: int) -> None:
    """From now on, importing the module gives its mutant of this number; -1 is none."""
    if module in sys.modules:
        raise RuntimeError(f"{module} is imported already")
    sys.meta_path.insert(0, _Finder(module, fixes, number))
