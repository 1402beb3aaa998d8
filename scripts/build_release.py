"""Builds the sdist and the wheel of the committed tree, the same bytes whenever and wherever it is built.

`build_release.py FOLDER` writes both there. `build_release.py --prove` builds twice, from copies that differ in every
way that may not matter (folder, times, permissions, order), compares the hashes, looks at the wheel's contents, and
runs the command from a new environment that holds the wheel and what it needs at run time, nothing else; then it scans
a site of the lab with it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.lab_scan import missed

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
DEAD = "127.0.0.1:1"
"""Nobody serves there, so a scan is all gaps, and needs no network."""


class NotProvenError(Exception):
    """Something about the packages is not as it must be; the message says what."""


def build(folder: Path, mask: int = 0o022) -> tuple[Path, Path]:
    """Build both from what is committed; gives sdist and wheel."""
    moment = int(_run("git", "-C", str(ROOT), "log", "-1", "--format=%ct").strip())
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name, "tree")
        committed = Path(name, "committed.tar")
        _run("git", "-C", str(ROOT), "archive", "--output", str(committed), "HEAD")
        with tarfile.open(committed) as tar:
            tar.extractall(tree, filter="data")
        for path in tree.rglob("*"):
            path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)
        words = (sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(tree))
        _run(*words, SOURCE_DATE_EPOCH=str(moment))
    sdist, wheel = next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))
    _settle_sdist(sdist, moment)
    _settle_wheel(wheel)
    return sdist, wheel


def _settle_sdist(file: Path, moment: int) -> None:
    """Write the archive again: sorted, one time, nobody's, one mode. setuptools keeps what the disk says."""
    with tarfile.open(file) as tar:
        members = [
            (member, tar.extractfile(member) if member.isfile() else None)
            for member in sorted(tar.getmembers(), key=lambda member: member.name)
        ]
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as new:
            for old, content in members:
                member = tarfile.TarInfo(old.name)
                member.type, member.size, member.mtime = old.type, old.size, moment
                member.mode = 0o755 if old.isdir() else 0o644
                new.addfile(member, content)
    file.write_bytes(gzip.compress(made.getvalue(), mtime=moment))


def _settle_wheel(file: Path) -> None:
    """Write the archive again with one mode for every file; setuptools keeps what the disk says."""
    with zipfile.ZipFile(file) as wheel:
        members = [(member, wheel.read(member)) for member in wheel.infolist()]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as wheel:
        for old, content in members:
            member = zipfile.ZipInfo(old.filename, old.date_time)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            wheel.writestr(member, content)


def prove(folder: Path) -> list[str]:
    """Prove all that this script promises; a `NotProvenError` says what does not hold."""
    built, again = build(folder / "one"), build(folder / "two", mask=0o077)
    for file, other in zip(built, again, strict=True):
        if _hash(file) != _hash(other):
            raise NotProvenError(f"{file.name} differs from one build to the next")
    _, wheel = built
    _contents(wheel)
    _runs_alone(wheel, folder / "environment")
    return [f"{_hash(file)}  {file.name}" for file in built]


def _contents(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/", 1)[0] for name in names}
    version = wheel.name.split("-")[1]
    if tops != {"albdoctor", "albdoctor_checks", f"albdoctor-{version}.dist-info"}:
        raise NotProvenError(f"{wheel.name} has at its top {sorted(tops)}")
    tracked = _run(
        "git", "-C", str(ROOT), "ls-tree", "-r", "--name-only", "HEAD", "albdoctor", "checks/albdoctor_checks"
    )
    inside = {name.removeprefix("checks/") for name in tracked.splitlines()}
    held = {name for name in names if ".dist-info/" not in name}
    if inside != held:  # modules, templates, data, py.typed
        raise NotProvenError(f"{wheel.name} lacks {sorted(inside - held)} and has too much {sorted(held - inside)}")


def _runs_alone(wheel: Path, environment: Path) -> None:
    """Install the wheel as a user does, with the locked versions of what it needs, and use it."""
    _run(sys.executable, "-m", "venv", str(environment))
    python, command = str(environment / "bin" / "python"), str(environment / "bin" / "albdoctor")
    pins = environment / "pins.txt"
    pins.write_text(re.sub(r" *\\\n +--hash=\S+", "", LOCK.read_text()))
    _run(python, "-m", "pip", "install", "--quiet", str(wheel), "--constraint", str(pins))
    _run(python, "-m", "pip", "check")
    if "pytest" in _run(python, "-m", "pip", "list"):
        raise NotProvenError("the wheel alone brings the tools of its development")
    facts, nowhere = str(environment / "facts.json"), ("--dns-root", DEAD, "--resolver", DEAD, "--no-probe")
    for expected, words in (
        (0, ("--version",)),
        (0, ("checks",)),
        (0, ("explain", "ALB401", "--lang", "ko")),
        (0, ("iam-policy",)),
        (0, ("collect", "--domain", "shop.example", "--timeout", "2", *nowhere, "--output", facts)),
        (3, ("scan", "--facts", facts)),
        (3, ("scan", "--facts", facts, "--format", "html", "--output", str(environment / "report.html"))),
        (2, ("demo",)),
    ):
        done = subprocess.run(
            (command, *words), capture_output=True, text=True, check=False, cwd=environment, env=_alone(environment)
        )
        if done.returncode != expected or "Traceback" in done.stderr:
            raise NotProvenError(f"albdoctor {' '.join(words)}: exit code {done.returncode}\n{done.stderr}")
    if instead := missed(environment, command):
        raise NotProvenError(instead)


def _alone(home: Path) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "ap-northeast-2"}
    return {"HOME": str(home), "PATH": os.defpath, "AWS_ENDPOINT_URL": f"http://{DEAD}", **keys}


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _run(*words: str, **environment: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | environment)
    if done.returncode:
        raise NotProvenError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Build, or prove; 1 when something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "dist", help="where both go (default: dist)")
    parser.add_argument("--prove", action="store_true", help="build twice elsewhere and try what was built")
    given = parser.parse_args(arguments)
    try:
        if given.prove:
            with tempfile.TemporaryDirectory() as name:
                print("\n".join(prove(Path(name))))
        else:
            print("\n".join(f"{_hash(file)}  {file.name}" for file in build(given.folder)))
    except NotProvenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
