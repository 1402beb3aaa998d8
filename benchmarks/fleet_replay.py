# ruff: noqa: ANN401 - botocore is untyped
"""The reference: the questions of a scan, asked again by plain boto3 threads.

`python fleet_replay.py record FILE ARGUMENTS...` runs albdoctor with these arguments and writes what botocore is asked.
`python fleet_replay.py ask FILE` asks all of it flat: 16 threads, no order, no pages to wait for, answers parsed and dropped.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

THREADS = 16


def record(file: Path, arguments: list[str]) -> int:
    """Run albdoctor in this process and note each question, page tokens included; gives its exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import msgspec
    from botocore import client

    from albdoctor.cli import main

    asked: list[tuple[str, str, str, dict[str, Any]]] = []
    every_client: Any = client.BaseClient
    call = every_client._make_api_call  # noqa: SLF001 - no event of botocore's tells parameters and page tokens as given

    def noting(which: Any, operation: str, parameters: dict[str, Any]) -> Any:
        meta = which.meta
        asked.append((meta.service_model.service_name, meta.region_name, operation, parameters))
        return call(which, operation, parameters)

    every_client._make_api_call = noting  # noqa: SLF001 - see above
    code = main(arguments)
    file.write_bytes(msgspec.json.encode(asked))  # times become ISO 8601, which botocore takes as well
    return code


def leave(code: int) -> NoReturn:
    """End without the interpreter's tidying up."""
    sys.stdout.flush()
    os._exit(code)


def ask(file: Path) -> None:
    """Ask every question."""
    from concurrent.futures import ThreadPoolExecutor

    import boto3
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import ClientError

    asked: list[tuple[str, str, str, dict[str, Any]]] = json.loads(file.read_text())
    config = Config(max_pool_connections=THREADS)
    session: Any = boto3.Session()
    places = dict.fromkeys((service, region) for service, region, _, _ in asked)
    clients = {place: session.client(place[0], region_name=place[1], config=config) for place in places}

    def one(question: tuple[str, str, str, dict[str, Any]]) -> None:
        service, region, operation, parameters = question
        with contextlib.suppress(ClientError):  # an error is an answer too
            getattr(clients[service, region], xform_name(operation))(**parameters)

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(one, asked):
            pass


if __name__ == "__main__":
    if sys.argv[1] == "record":
        # As the command itself ends: threads that still wait for something do not disturb it.
        leave(record(Path(sys.argv[2]), sys.argv[3:]))
    ask(Path(sys.argv[2]))
