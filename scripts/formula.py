"""Writes the Homebrew formula of a release from requirements.lock: from the URL and hash of its sdist.

Homebrew builds from source, so it needs the address and the hash of every sdist, and the lock has hashes only. uv says
which file is the sdist (`pylock.toml`, PEP 751); its hash must be one of the lock's, so that whoever answers uv decides
nothing. What Homebrew has as formulae of its own, since it is compiled or trusted there, is taken from there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.pins import Pin, runtime

PYTHON = "python@3.13"
FROM_HOMEBREW = {
    "certifi": ("certifi",),
    "cryptography": ("cryptography", "cffi", "pycparser"),
}
"""Formulae, and the packages that come with them."""
SOURCES = "https://files.pythonhosted.org/packages/source"
"""Where PyPI serves every sdist by its name."""

FORMULA = """\
class Albdoctor < Formula
  include Language::Python::Virtualenv

  desc "Says why a domain on an AWS Application Load Balancer does not work"
  homepage "{homepage}"
  url "{url}"
  sha256 "{sha256}"
  license "Apache-2.0"

{needs}
{resources}
  def install
    virtualenv_install_with_resources
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/albdoctor --version")
    assert_match "tg-https-target-speaks-http", shell_output("#{{bin}}/albdoctor explain ALB401")
  end
end
"""
RESOURCE = """
  resource "{name}" do
    url "{url}"
    sha256 "{sha256}"
  end
"""


class NotInLockError(Exception):
    """A file that requirements.lock does not vouch for; the message names it."""


def formula(pins: Iterable[Pin], sdists: Iterable[dict[str, Any]], **of_the_release: str) -> str:
    """Write it; `sdists` are the packages of a `pylock.toml`, `of_the_release` its homepage, url and sha256."""
    elsewhere = {name for names in FROM_HOMEBREW.values() for name in names}
    files = {package["name"]: package for package in sdists}
    resources = "".join(_resource(pin, files[pin.name]) for pin in pins if pin.name not in elsewhere)
    needs = "".join(f'  depends_on "{name}"\n' for name in (*FROM_HOMEBREW, PYTHON))
    return FORMULA.format(needs=needs.rstrip("\n"), resources=resources, **of_the_release)


def _resource(pin: Pin, package: dict[str, Any]) -> str:
    sdist = package["sdist"]
    hash_, file = sdist["hashes"]["sha256"], sdist["url"].split("#")[0].rsplit("/", 1)[1]
    if package["version"] != pin.version or hash_ not in pin.hashes:
        raise NotInLockError(f"{file}, sha256 {hash_}: requirements.lock does not have it")
    return RESOURCE.format(name=pin.name, url=f"{SOURCES}/{pin.name[0]}/{pin.name}/{file}", sha256=hash_)


def sdists(pins: Iterable[Pin], uv: str) -> list[dict[str, Any]]:
    """Ask the index for the files of these versions."""
    with tempfile.TemporaryDirectory() as name:
        asked, told = Path(name, "pins.txt"), Path(name, "pylock.toml")
        asked.write_text("".join(pin.text for pin in pins))
        words = (uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.13", "--no-deps")
        subprocess.run((*words, str(asked), "--output-file", str(told)), check=True)
        packages: list[dict[str, Any]] = tomllib.loads(told.read_text())["packages"]
        return packages


def main(arguments: list[str]) -> int:
    """Print it; 1 when a file is not the lock's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--homepage", required=True)
    parser.add_argument("--url", required=True, help="of the release's sdist")
    parser.add_argument("--sha256", required=True, help="of the release's sdist")
    parser.add_argument("--uv", default="uv", help="the uv to ask with")
    given = parser.parse_args(arguments)
    pins = runtime()
    try:
        made = formula(pins, sdists(pins, given.uv), homepage=given.homepage, url=given.url, sha256=given.sha256)
    except NotInLockError as error:
        print(error, file=sys.stderr)
        return 1
    print(made, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
