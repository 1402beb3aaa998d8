"""The three steps of a deployed scan: plan the shards, scan one, merge them. Facts and reports lie in a bucket.

As Lambda functions (`plan`, `shard`, `merge`), and as a program for AWS Batch arrays and Kubernetes Indexed Jobs:

    python handlers.py plan RUN      # who is told nothing else by AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX
    python handlers.py shards RUN    # takes its share of the plan: every ALBDOCTOR_SIZE-th shard from its index on
    python handlers.py merge RUN

Settings are environment variables: ALBDOCTOR_BUCKET, ALBDOCTOR_ROLE, ALBDOCTOR_EXTERNAL_ID, ALBDOCTOR_ACCOUNTS
(ids with commas between; empty: Organizations is asked), ALBDOCTOR_REGIONS (empty: those that are enabled).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import boto3
from msgspec import Struct, convert, to_builtins

from albdoctor.cli import main
from albdoctor.collect.aws.survey_members import Members
from albdoctor.collect.members import wide
from albdoctor.collect.run import Run, Setting, now
from albdoctor.exits import Exit
from albdoctor.facts.files import encode
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.survey import Surveyed

PLAN = "runs/{run}/plan.json"
FACTS = "runs/{run}/facts/{name}.jsonl"
LOST = "runs/{run}/lost/{name}.txt"
REPORT = "runs/{run}/report/{name}"
QUOTE = '"'
"""Around a text where Step Functions writes it as JSON."""
ATTEMPTS = 3
"""Of a shard that a program takes by itself; Step Functions counts its own."""


class Shard(Struct, frozen=True, kw_only=True):
    """One account in one Region."""

    account: str
    region: str
    enabled: bool = False
    """The Region is one of those that the account has enabled, as it says itself."""

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{self.account}-{self.region}"


class ShardFailedError(Exception):
    """The scan of a shard could not run; who called may try again."""


def plan(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Write the list of shards; an account that could not be entered is among the facts at once."""
    run = str(event["run"])
    accounts = [each for each in _setting("ACCOUNTS").split(",") if each]
    text = "\n".join(accounts) if accounts else None
    meant = wide("ALBDOCTOR_ACCOUNTS", text, _setting("ROLE"), _setting("EXTERNAL_ID"))
    regions = tuple(each for each in _setting("REGIONS").split(",") if each)

    async def look() -> tuple[Any, ...]:
        with Run(Setting(many=True, organization=True)) as asking:
            return await Members(asking.accounts[0], meant, regions, asking.account).places()

    places = now(look)
    missing = tuple(
        Surveyed(
            taken_at=datetime.now(UTC),
            accounts=(one.account,) if one.account else (),
            regions=one.regions,
            gaps=one.gaps,
        )
        for one in places
        if one.gaps
    )
    _put(FACTS.format(run=run, name="plan"), encode(missing))
    shards = [
        Shard(account=one.account, region=region, enabled=one.enabled)
        for one in places
        if not one.gaps
        for region in one.regions
    ]
    _put(PLAN.format(run=run), json.dumps(to_builtins(shards)).encode())
    return {"run": run, "bucket": _setting("BUCKET"), "plan": PLAN.format(run=run), "shards": len(shards)}


def shard(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Scan one shard and keep its facts; what it could not see is among them. `ShardFailedError`: it could not run."""
    one = convert(event["shard"], Shard)
    with tempfile.TemporaryDirectory() as folder:
        accounts, facts = Path(folder, "accounts.txt"), Path(folder, "facts.jsonl")
        accounts.write_text(f"{one.account}\n")
        words = ["scan", "--all", "--accounts", str(accounts), "--role", _setting("ROLE"), "--region", one.region]
        external = ["--external-id", _setting("EXTERNAL_ID")] if _setting("EXTERNAL_ID") else []
        also = _setting("OPTIONS").split()
        code = _albdoctor(
            *words, *external, *also, "--save-facts", str(facts), "--fail-on", "never", "--allow-gaps", "-q"
        )
        if code not in (Exit.SOUND, Exit.GAPS):
            raise ShardFailedError(f"{one.name}: albdoctor ended with {code}")
        _put(FACTS.format(run=event["run"], name=one.name), facts.read_bytes())
    return {"shard": one.name, "exit_code": code}


def merge(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Judge the facts of all shards; a shard of the plan that left none is a gap of the report, by its name."""
    run = str(event["run"])
    shards = [convert(each, Shard) for each in json.loads(_get(PLAN.format(run=run)))]
    there, why = _names(f"runs/{run}/facts/"), _names(f"runs/{run}/lost/")
    lost = [one for one in shards if one.name not in there]
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder, "facts.jsonl")
        with facts.open("wb") as file:
            for name in sorted(there):
                file.write(_get(FACTS.format(run=run, name=name)))
            file.write(encode(tuple(_missing(run, one, known=one.name in why) for one in lost)))
        made = {name: Path(folder, name) for name in ("index.html", "reports.jsonl", "report.txt")}
        formats = (f"{kind}={path}" for kind, path in zip(("html", "jsonl", "text"), made.values(), strict=True))
        options = [word for each in formats for word in ("--format", each)]
        code = _albdoctor("scan", "--facts", str(facts), *options, *_setting("MERGE_OPTIONS").split())
        if code not in (Exit.SOUND, Exit.FINDINGS, Exit.GAPS):
            raise ShardFailedError(f"the merge ended with {code}")
        for name, path in made.items():
            _put(REPORT.format(run=run, name=name), path.read_bytes())
    report = f"s3://{_setting('BUCKET')}/{REPORT.format(run=run, name='index.html')}"
    return {"exit_code": code, "shards": len(shards), "lost": [one.name for one in lost][:100], "report": report}


def _missing(run: str, one: Shard, *, known: bool) -> Surveyed:
    said = "no facts came of this shard"
    if known:
        failed = _get(LOST.format(run=run, name=one.name)).decode(errors="replace")
        said += f": {failed.strip().strip(QUOTE)[:100]}"
    gap = Unknown(gap=Gap.FAILED, asked=f"shard {one.account} {one.region}", detail=said)
    return Surveyed(taken_at=datetime.now(UTC), accounts=(one.account,), regions=(one.region,), gaps=(gap,))


def _albdoctor(*words: str) -> int:
    """Run a command in a process of its own, forked from this warm one; give its exit code."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = int(Exit.COULD_NOT_RUN)
        try:
            code = main(list(words))
        finally:
            sys.stdout.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _setting(name: str) -> str:
    return os.environ.get(f"ALBDOCTOR_{name}", "")


def _s3() -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    return cast("Any", boto3).client("s3")


def _put(key: str, content: bytes) -> None:
    _s3().put_object(Bucket=_setting("BUCKET"), Key=key, Body=content)


def _get(key: str) -> bytes:
    content: bytes = _s3().get_object(Bucket=_setting("BUCKET"), Key=key)["Body"].read()
    return content


def _names(prefix: str) -> frozenset[str]:
    """The names of the files below a prefix, without their ending."""
    pages = _s3().get_paginator("list_objects_v2").paginate(Bucket=_setting("BUCKET"), Prefix=prefix)
    return frozenset(Path(each["Key"]).stem for page in pages for each in page.get("Contents", ()))


def _shards(run: str) -> None:
    """Take every n-th shard of the plan, each with some attempts; one that fails for ever is named by the merge."""
    index = int(os.environ.get("AWS_BATCH_JOB_ARRAY_INDEX") or os.environ.get("JOB_COMPLETION_INDEX") or 0)
    size = int(_setting("SIZE") or 1)
    for one in json.loads(_get(PLAN.format(run=run)))[index::size]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                shard({"run": run, "shard": one})
                break
            except Exception as error:  # noqa: BLE001 - the other shards of this share must go on
                print(f"{one}: attempt {attempt}: {error}", file=sys.stderr)
                if attempt == ATTEMPTS:
                    name = convert(one, Shard).name
                    _put(LOST.format(run=run, name=name), type(error).__name__.encode())


def _main(step: str, run: str) -> None:
    steps = {"plan": plan, "merge": merge}
    if step == "shards":
        _shards(run)
    else:
        print(json.dumps(steps[step]({"run": run})))


if __name__ == "__main__":
    _main(*sys.argv[1:])
