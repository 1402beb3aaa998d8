"""Loads the AWS CLI once, and forks for each command that `aws_client.py` hands over.

    python aws_server.py SOCKET

It says "ready", and ends when its own standard input does.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import traceback
from importlib import import_module
from typing import Any

clidriver: Any = import_module("awscli.clidriver")
SERVICES = ("acm", "elbv2", "ec2", "route53", "route53domains", "ecs", "autoscaling", "sts")


def main() -> None:
    """Take commands until whoever started this is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    loader = _warm()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(sys.argv[1])
        server.listen(16)
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([server, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            caller, _ = server.accept()
            with caller:
                if os.fork() == 0:
                    server.close()
                    _serve(caller, loader)


def _warm() -> Any:
    """Read the models of the services that scripts use: what is read stays in the loader's memory."""
    loader: Any = clidriver.create_clidriver().session.get_component("data_loader")
    for service in SERVICES:
        loader.load_service_model(service, "service-2")
        loader.load_service_model(service, "endpoint-rule-set-1")
    return loader


def _serve(caller: socket.socket, loader: Any) -> None:
    """In a process of its own: run one command, and tell how it ended."""
    status = 255
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        head, files, _, _ = socket.recv_fds(caller, 8, 3)
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        words = _all(caller, int.from_bytes(head, "big")).split(b"\0")[:-1]
        count = int(words[1])
        arguments, variables = words[2 : 2 + count], words[2 + count :]
        os.chdir(words[0])
        os.environ.clear()
        for variable in variables:
            name, _, value = variable.partition(b"=")
            os.environb[name] = value
        sys.argv = ["aws", *map(os.fsdecode, arguments)]
        driver = clidriver.create_clidriver()
        driver.session.register_component("data_loader", loader)
        status = driver.main()
        sys.stdout.flush()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - a forked process must not go on as its parent
        traceback.print_exc()
    finally:
        caller.send(bytes([status & 255]))
        os._exit(0)


def _all(caller: socket.socket, size: int) -> bytes:
    said = b""
    while len(said) < size:
        said += caller.recv(size - len(said))
    return said


if __name__ == "__main__":
    main()
