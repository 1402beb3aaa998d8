"""Deploy gate as AWS Lambda functions: `handler.ecs` for Amazon ECS, `handler.codedeploy` for CodeDeploy.

Both run `albdoctor scan` as it is, with the `albdoctor.toml` that lies beside this file in the package, and let the
deployment go on only where it exits 0. docs/guides/deploy-gate.md says how it is packaged and what it is allowed to do.
albdoctor reads; the one thing that is written is the hook's own status, by `codedeploy`.

Environment: ALBDOCTOR_WAIT, seconds that a deployment has to become sound (300).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import boto3

CONFIG = Path(__file__).with_name("albdoctor.toml")
SOUND, COULD_NOT_RUN = 0, 2
"""Exit codes of albdoctor; any other is something that may still become sound."""
DELAY = 30
"""Seconds till Amazon ECS calls again (its own default):
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html"""
LONGEST_LOOK = 90
"""Seconds that the last scan may take after the waiting: 60 of the scan itself, the rest to start and to be told."""
STATUS = 10
"""Seconds that are kept to report the status."""
UNTIL, DOMAIN = "albdoctorUntil", "domain"
"""Keys of hookDetails: our own, and the one with which a service says what is scanned."""


class Context(Protocol):
    """What AWS Lambda says of the invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds till it is ended."""
        ...


def ecs(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answer an Amazon ECS deployment lifecycle hook: one look each time, IN_PROGRESS until it is sound or too late.

    `hookDetails` of the hook may say `domain`: names or URLs with blanks between, in place of the configuration's.
    What cannot run at all is FAILED at once: waiting mends no configuration.
    """
    details: dict[str, Any] = event.get("hookDetails") or {}
    until = float(details.get(UNTIL) or time.time() + _patience())
    code = _scan(str(details.get(DOMAIN, "")).split(), wait=0, context=context)
    if code == SOUND:
        return {"hookStatus": "SUCCEEDED"}
    if code == COULD_NOT_RUN or time.time() + DELAY > until:
        return {"hookStatus": "FAILED"}
    return {"hookStatus": "IN_PROGRESS", "callBackDelay": DELAY, "hookDetails": {**details, UNTIL: until}}


def codedeploy(event: Mapping[str, Any], context: Context) -> dict[str, str]:
    """Answer a CodeDeploy hook (Amazon ECS or Lambda platform): wait within this invocation, then report the status.

    CodeDeploy waits for the status, an hour at most, so it is reported whatever happens; an error is raised after that.
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html
    """
    status = "Failed"
    try:
        room = context.get_remaining_time_in_millis() // 1000 - LONGEST_LOOK - STATUS
        if _scan([], wait=max(0, min(_patience(), room)), context=context) == SOUND:
            status = "Succeeded"
    finally:
        _codedeploy_api().put_lifecycle_event_hook_execution_status(
            deploymentId=event["DeploymentId"],
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status=status,
        )
    return {"status": status}


def _codedeploy_api() -> Any:  # noqa: ANN401 - boto3 makes clients at run time
    return boto3.client("codedeploy")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _patience() -> int:
    return int(os.environ.get("ALBDOCTOR_WAIT") or 300)


def _scan(names: list[str], wait: int, context: Context) -> int:
    """Scan, the report goes to the log; gives the exit code, of one that does not end in time that of a gap."""
    domains = [f"--domain={name}" for name in names]
    words = ("scan", f"--config={CONFIG}", *domains, f"--wait={wait}", "--format=text", "--no-color", "--lang=en")
    try:
        return subprocess.run(
            (sys.executable, "-m", "albdoctor", *words),
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },  # Lambda adds folders in its own way
            timeout=context.get_remaining_time_in_millis() / 1000 - STATUS,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        print("albdoctor: the scan did not end in time", file=sys.stderr)
        return 3
