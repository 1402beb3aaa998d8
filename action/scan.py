"""The Action's scan: its inputs come from the environment, its outputs go to the runner's files.

It exits as `albdoctor scan` does. Beside the reports it writes `comment.md`, whose first line says whose comment it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from albdoctor.language import language
from albdoctor.text import Lang, Text, fill

INPUTS = {
    "CONFIG": "--config",
    "PATH": "--path",
    "BALANCER": "--balancer",
    "IAC": "--iac",
    "WAIT": "--wait",
    "BASELINE": "--baseline",
    "LANGUAGE": "--lang",
    "FAIL_ON": "--fail-on",
}
"""Inputs that are one option each; an empty one leaves it to the configuration."""
REPORTS = {"html": "report.html", "json": "report.json", "sarif": "report.sarif", "markdown": "report.md"}
COMMENT = "comment.md"
WORST = ("broken", "unknown", "at-risk", "sound")
SUMMARY_LIMIT, COMMENT_LIMIT = 900_000, 60_000
"""Bytes and characters. GitHub takes 1 MiB of a step's summary, and 65,536 characters of a comment."""
COULD_NOT_RUN = Text(
    en="## albdoctor could not run (exit {code})\n\nThe job's log says why.",
    ko="## albdoctor를 실행하지 못했습니다(종료 코드 {code})\n\n이유는 작업 로그에 있습니다.",
)
LEFT_OUT = Text(
    en="*There is no room for {count} more sections: they are in the whole report.*",
    ko="*나머지 {count}개 부분을 쓸 자리가 없습니다. 전체 보고서에 있습니다.*",
)
FOOTER = Text(
    en="<sub>albdoctor, [this run]({run})</sub>",
    ko="<sub>albdoctor, [이 실행]({run})</sub>",
)


def main() -> int:
    """Scan, write outputs, summary and comment; the exit code is the scan's."""
    given = os.environ
    folder = _folder(given)
    command = [str(Path(sys.executable).with_name("albdoctor")), "scan", *options(given), *_formats(folder)]
    code = subprocess.run(command, check=False).returncode
    lang = language(given.get("INPUT_LANGUAGE"))
    markdown = folder / REPORTS["markdown"]
    told = (
        markdown.read_text(encoding="utf-8") if markdown.exists() else fill(COULD_NOT_RUN.of(lang), {"code": str(code)})
    )
    (folder / COMMENT).write_text(comment(told, given, lang), encoding="utf-8")
    if summary := given.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(shortened(told, SUMMARY_LIMIT, lang, _bytes) + "\n")
    if output := given.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            for name, value in outputs(folder, code).items():
                end = uuid.uuid4().hex  # nobody can foresee it, so that no value ends before its end
                file.write(f"{name}<<{end}\n{value}\n{end}\n")
    return code


def options(given: Mapping[str, str]) -> list[str]:
    """The options that the inputs say; a value is never a word of its own, so that none becomes an option."""
    words = [f"--domain={line}" for line in _lines(given, "DOMAIN")]
    words += [f"--region={line}" for line in _lines(given, "REGION")]
    words += [f"{option}={value}" for name, option in INPUTS.items() if (value := given.get(f"INPUT_{name}", ""))]
    gaps = given.get("INPUT_ALLOW_GAPS", "")
    if gaps not in ("", "false"):
        words.append("--allow-gaps" if gaps == "true" else f"--allow-gaps={gaps}")
    if given.get("INPUT_REDACT") == "true":
        words.append("--redact")
    return words


def _lines(given: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in given.get(f"INPUT_{name}", "").splitlines() if line.strip()]


def _folder(given: Mapping[str, str]) -> Path:
    """Where reports go: a new folder, or the one that is asked for, without what an earlier run left there."""
    if not (asked := given.get("INPUT_REPORTS", "")):
        return Path(tempfile.mkdtemp(prefix="albdoctor-", dir=given.get("RUNNER_TEMP")))
    folder = Path(asked).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*REPORTS.values(), COMMENT):
        (folder / name).unlink(missing_ok=True)
    return folder


def _formats(folder: Path) -> list[str]:
    return ["--format=github", *(f"--format={name}={folder / file}" for name, file in REPORTS.items())]


def outputs(folder: Path, code: int) -> dict[str, str]:
    """The Action's outputs: what came of it, and the files that there are."""
    written = {name: str(folder / file) for name, file in REPORTS.items() if (folder / file).exists()}
    said = {"exit-code": str(code), "reports": str(folder), "comment": str(folder / COMMENT), **written}
    if "json" in written:
        whole = json.loads((folder / REPORTS["json"]).read_bytes())
        reports = whole.get("reports", [whole])
        found = [finding for report in reports for finding in report["findings"]]
        verdicts = {report["verdict"] for report in reports}
        said |= {
            "verdict": next((one for one in WORST if one in verdicts), "unknown"),
            "findings": str(len(found)),
            "root-causes": str(sum(finding["root_cause"] for finding in found)),
        }
    return said


def comment(told: str, given: Mapping[str, str], lang: Lang) -> str:
    """The comment: whose it is, the report as far as there is room, and from which run."""
    run = "/".join(given.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"))
    run += f"/actions/runs/{given.get('GITHUB_RUN_ID', '')}"
    footer = fill(FOOTER.of(lang), {"run": run})
    mark = marker(given)
    body = shortened(told, COMMENT_LIMIT - len(mark) - len(footer) - 10, lang, len)
    return f"{mark}\n{body}\n\n{footer}\n"


def marker(given: Mapping[str, str]) -> str:
    """What tells this comment from those of other jobs and other scans of the same pull request."""
    names = ("GITHUB_WORKFLOW", "GITHUB_JOB", "INPUT_DOMAIN", "INPUT_PATH", "INPUT_BALANCER", "INPUT_CONFIG")
    said = json.dumps([given.get(name, "") for name in names])
    return f"<!-- albdoctor {hashlib.sha256(said.encode()).hexdigest()[:16]} -->"


def _bytes(text: str) -> int:
    return len(text.encode())


def shortened(text: str, limit: int, lang: Lang, size: Callable[[str], int]) -> str:
    """As many whole sections as there is room for: half a script is never shown."""
    text = text.rstrip("\n")
    if size(text) <= limit:
        return text
    parts = list(sections(text))
    kept, room = 0, limit - 300
    while kept < len(parts) and (room := room - size(parts[kept])) >= 0:
        kept += 1
    return "".join(parts[:kept]) + "\n" + fill(LEFT_OUT.of(lang), {"count": str(len(parts) - kept)})


def sections(text: str) -> Iterator[str]:
    """The text cut before its headings; what looks like one within a block of code is none."""
    part, fence = "", ""
    for line in text.splitlines(keepends=True):
        if fence:
            fence = "" if line.rstrip("\n") == fence else fence
        elif opened := re.match("```+", line):
            fence = opened[0]
        elif line.startswith(("## ", "### ")) and part:
            yield part
            part = ""
        part += line
    yield part


if __name__ == "__main__":
    sys.exit(main())
