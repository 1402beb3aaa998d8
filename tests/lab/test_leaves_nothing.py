"""The lab leaves nothing behind; in a file of its own, because one process has one lab at a time."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.lab.ground import lab

NODE = "203.0.113.10"


def test_lab_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    with lab() as one:
        one.shop()
        port = one.internet.port_of(NODE, 443)
        endpoint = int(one.api.endpoint.rpartition(":")[2])
        assert one.ground.traffic(1) == [200]
    for closed in (port, endpoint):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", closed), timeout=1)
    assert set(threading.enumerate()) <= before
