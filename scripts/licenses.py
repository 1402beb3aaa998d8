"""Writes docs/licenses.md from the installed metadata of what albdoctor needs at run time; --check only compares.

Names and licences only: versions differ between an installation today and one with requirements.lock.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "licenses.md"
OLDEST = {"python_version": "3.11", "python_full_version": "3.11.0", "sys_platform": "linux", "extra": ""}
"""The environment whose dependencies are listed: the oldest Python needs the most."""
LONGEST = 40
"""A longer licence field holds the licence's text, not its name."""
SPELLED = {
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD (see the package)",
    "BSD": "BSD (see the package)",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Metadata of before PEP 639 -> SPDX."""


def needed(name: str) -> dict[str, Distribution]:
    """Find everything that a package needs at run time, extras that it asks for included; not the package itself."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(name)]
    while waiting:
        asked = waiting.pop()
        package = distribution(asked.name)
        for text in package.requires or ():
            one = Requirement(text)
            wanted = any(
                one.marker is None or one.marker.evaluate(OLDEST | {"extra": extra}) for extra in ("", *asked.extras)
            )
            if wanted and (canonicalize_name(one.name) not in found or one.extras):
                found[canonicalize_name(one.name)] = distribution(one.name)
                waiting.append(one)
    return found


def license_of(package: Distribution) -> str:
    """The licence as SPDX, from the newest form of metadata that the package has."""
    metadata = package.metadata

    def stated(field: str) -> str:
        return next(iter(metadata.get_all(field) or ()), "")

    classified = [
        line.rsplit(" :: ", 1)[1]
        for line in metadata.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    old = stated("License") if len(stated("License")) < LONGEST else ""
    first = stated("License-Expression") or old or " OR ".join(classified)
    return SPELLED.get(first, first) or "not stated"


def page() -> str:
    """Write the page."""
    rows = "".join(f"| {name} | {license_of(package)} |\n" for name, package in sorted(needed("albdoctor").items()))
    return (
        "# Licences of what albdoctor needs at run time\n\n"
        "albdoctor itself: Apache-2.0. Written by `scripts/licenses.py` from the installed packages' own metadata;\n"
        "the extras `lab`, `mcp` and `dev` are not part of it.\n\n"
        f"| package | licence |\n| --- | --- |\n{rows}"
    )


def main(arguments: list[str]) -> int:
    """Write, or with --check only compare."""
    content = page()
    if "--check" not in arguments:
        FILE.write_text(content)
        return 0
    if FILE.exists() and FILE.read_text() == content:
        return 0
    print(f"out of date: {FILE.relative_to(ROOT)} (make docs)")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
