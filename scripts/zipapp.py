"""Makes one file that runs wherever there is a Python: `python3.13 albdoctor-VERSION-linux-x86_64.pyz shop.example`.

`python -m scripts.zipapp FOLDER` writes it. It holds what the lock names, each compiled part for every Python from
3.11 on (their names tell which they are for), so that it asks no index for anything. The first run unpacks it to
`~/.shiv` (SHIV_ROOT). `--machine aarch64` makes the one for Graviton; `--prove` makes and tries one without a network.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scripts.build_release import NotProvenError, build
from scripts.lab_scan import missed
from scripts.pins import Pin, runtime

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014")
"""Amazon Linux 2023, on which AWS CloudShell runs, has glibc 2.34."""


def make(folder: Path, machine: str) -> Path:
    """Make it of the committed tree."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _, wheel = build(work / "dist")
        version = wheel.name.split("-")[1]
        site = work / "site"
        _add(site, work, PYTHONS[0], machine, pins := runtime())
        compiled = [pin for pin in pins if _is_compiled(site, pin)]
        for python in PYTHONS[1:]:
            _add(site, work, python, machine, compiled)
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel))
        shutil.rmtree(site / "bin", ignore_errors=True)
        for cache in site.rglob("__pycache__"):
            shutil.rmtree(cache)
        made = folder / f"albdoctor-{version}-linux-{machine}.pyz"
        _run(
            *(sys.executable, "-m", "shiv.cli", "--site-packages", str(site), "--console-script", "albdoctor"),
            *("--output-file", str(made), "--python", "/usr/bin/env python3", "--reproducible"),
        )
    return made


def _add(site: Path, work: Path, python: str, machine: str, pins: Iterable[Pin]) -> None:
    """Add packages as they are for one Python; what is the same for all is there once."""
    folder, asked = work / python, work / f"{python}.txt"
    asked.write_text("".join(pin.text for pin in pins))
    tag = python.replace(".", "")
    _run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--require-hashes"),
        *("--only-binary", ":all:", "--implementation", "cp", "--python-version", python),
        *(word for abi in (f"cp{tag}", "abi3", "none") for word in ("--abi", abi)),
        *(word for glibc in GLIBC for word in ("--platform", f"{glibc}_{machine}")),
        *("--target", str(folder), "--requirement", str(asked)),
    )
    shutil.copytree(folder, site, dirs_exist_ok=True)


def _is_compiled(site: Path, pin: Pin) -> bool:
    """Whether a package that is there has parts that are made for one Python or one machine."""
    [record] = site.glob(f"{pin.name.replace('-', '_')}-{pin.version}.dist-info/RECORD")
    return ".so," in record.read_text()


def prove(folder: Path) -> str:
    """Make one; use it with every Python that is here, in a home of its own, without a network; then scan the lab."""
    made = make(folder, platform.machine())
    facts = folder / "facts.json"
    dead = "127.0.0.1:1"  # nobody serves there: all gaps
    collect = ("collect", "--domain", "shop.example", "--timeout", "2", "--no-probe", "--output", str(facts))
    tried: list[str] = []
    for python in _pythons():
        home = folder / Path(python).name
        home.mkdir()
        for expected, words in (
            (0, ("--version",)),
            (0, ("checks",)),
            (0, (*collect, "--dns-root", dead, "--resolver", dead)),
            (3, ("scan", "--facts", str(facts), "--format", "html", "--output", str(home / "report.html"))),
        ):
            done = subprocess.run(
                (*_alone(), python, str(made), *words), capture_output=True, text=True, check=False, env=_env(home)
            )
            if done.returncode != expected or "Traceback" in done.stderr:
                said = f"{done.stdout[-500:]}{done.stderr[-1500:]}"
                raise NotProvenError(f"{python} {made.name} {' '.join(words)}: exit code {done.returncode}\n{said}")
        if instead := missed(home, python, str(made)):
            raise NotProvenError(f"{python} {made.name}: {instead}")
        tried.append(re.sub(r".*/", "", python))
    alone = "without a network" if _alone() else "though with a network: unshare is not allowed here"
    return f"{made.name}: {made.stat().st_size / 1e6:.0f} MB, runs in {', '.join(tried)}, {alone}, and scans the lab"


def _pythons() -> list[str]:
    """Every Python of those that it is for that is here, without the shims of pyenv."""
    places = [*os.defpath.split(os.pathsep), "/usr/local/bin", *map(str, Path.home().glob(".pyenv/versions/*/bin"))]
    found = {version: shutil.which(f"python{version}", path=os.pathsep.join(places)) for version in PYTHONS}
    return [path for path in found.values() if path]


def _alone() -> tuple[str, ...]:
    """What runs a command where no interface is up; empty where that is not allowed."""
    words = ("unshare", "--net", "--map-root-user")
    usable = shutil.which("unshare") and subprocess.run((*words, "true"), capture_output=True, check=False)
    return words if usable and usable.returncode == 0 else ()


def _env(home: Path) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "ap-northeast-2"}
    return {"HOME": str(home), "PATH": os.defpath, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", **keys}


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotProvenError(f"{' '.join(words[:8])} …: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def main(arguments: list[str]) -> int:
    """Make, or prove; 1 when something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("dist"), help="where it goes (default: dist)")
    parser.add_argument("--machine", default=platform.machine(), choices=("x86_64", "aarch64"))
    parser.add_argument("--prove", action="store_true", help="make it elsewhere and use it")
    given = parser.parse_args(arguments)
    try:
        if given.prove:
            with tempfile.TemporaryDirectory() as name:
                print(prove(Path(name)))
        else:
            print(make(given.folder, given.machine))
    except NotProvenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
