"""Loads a program once, and forks for each command that `loaded_client.py` hands over.

    python -m albdoctor.lab.loaded_server aws|albdoctor SOCKET

It says "ready" once it listens, and ends when its own standard input does.
"""

from __future__ import annotations

import gc
import os
import pkgutil
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

Run: TypeAlias = Callable[[], int]
SERVICES = ("acm", "elbv2", "ec2", "route53", "route53domains", "ecs", "autoscaling", "sts")
"""Whose models fix scripts use."""
ROOMS = ("facts", "derive", "checkup", "collect", "report", "commands")
"""What a scan is made of."""


def main() -> None:
    """Take commands until whoever started this is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    program, place = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(place)
        server.listen(64)
        print("ready", flush=True)
        run = LOADS[program]()
        gc.freeze()  # what is loaded stays: no child looks at it for cycles
        while True:
            ready, _, _ = select.select([server, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            caller, _ = server.accept()
            with caller:
                if os.fork() == 0:
                    server.close()
                    _serve(caller, program, run)


def _load_aws() -> Run:
    """Read the models of the services that scripts use: what is read stays in the loader's memory."""
    clidriver: Any = import_module("awscli.clidriver")
    loader: Any = clidriver.create_clidriver().session.get_component("data_loader")
    for service in SERVICES:
        loader.load_service_model(service, "service-2")
        loader.load_service_model(service, "endpoint-rule-set-1")

    def run() -> int:
        driver = clidriver.create_clidriver()
        driver.session.register_component("data_loader", loader)
        return int(driver.main())

    return run


def _load_albdoctor() -> Run:
    """Import every module of the rooms that a scan goes through, every check, and what AWS clients are made of."""
    for room in ROOMS:
        package = import_module(f"albdoctor.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    registry: Any = import_module("albdoctor.checkup.registry")
    registry.load()
    session: Any = import_module("boto3.session").Session("x", "x", region_name="us-east-1")
    session.client("elbv2")
    run: Any = import_module("albdoctor.__main__").main
    return lambda: int(run())


LOADS: dict[str, Callable[[], Run]] = {"aws": _load_aws, "albdoctor": _load_albdoctor}


def _serve(caller: socket.socket, program: str, run: Run) -> None:
    """In a process of its own: run one command in another one, and tell how that ended, however it did."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, files, _, _ = socket.recv_fds(caller, 8, 3)
    words = _all(caller, int.from_bytes(head, "big")).split(b"\0")[:-1]
    child = os.fork()
    if child == 0:
        caller.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        # Those of the start have buffers that are about other files.
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(at, mode, closefd=False) for at, mode in ((0, "r"), (1, "w"), (2, "w"))
        )
        os._exit(_run(program, run, words))
    _, status = os.waitpid(child, 0)
    caller.send(bytes([os.waitstatus_to_exitcode(status) & 255]))
    os._exit(0)


def _run(program: str, run: Run, words: list[bytes]) -> int:
    """Run a command with the caller's folder, arguments and environment."""
    status = 255
    try:
        count = int(words[1])
        arguments, variables = words[2 : 2 + count], words[2 + count :]
        os.chdir(words[0])
        os.environ.clear()
        for variable in variables:
            name, _, value = variable.partition(b"=")
            os.environb[name] = value
        sys.argv = [program, *map(os.fsdecode, arguments)]
        status = run()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - a forked process must not go on as its parent
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return status & 255


def _all(caller: socket.socket, size: int) -> bytes:
    said = b""
    while len(said) < size:
        said += caller.recv(size - len(said))
    return said


if __name__ == "__main__":
    main()
