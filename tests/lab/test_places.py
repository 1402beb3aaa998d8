"""The three states of a place, as a client meets them."""

from __future__ import annotations

import contextlib
import socket

import pytest

from albdoctor.collect.options import parse_connect_to
from albdoctor.lab.places import Condition, Places

ADDRESS = "203.0.113.10"


def meets(port: int) -> str:
    """How a connection attempt ends."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return "open"
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "silent"


def test_place_is_refused_until_somebody_listens() -> None:
    with Places() as places:
        port = places.port_of(ADDRESS, 443)
        assert meets(port) == "refused"
        with places.listen(ADDRESS, 443):
            assert meets(port) == "open"
        places.refuse(ADDRESS, 443)
        assert meets(port) == "refused"
        assert places.port_of(ADDRESS, 443) == port


def test_place_changes_between_all_states_on_one_port() -> None:
    with Places() as places:
        port = places.port_of(ADDRESS, 443)
        for _ in range(3):
            places.silence(ADDRESS, 443)
            assert (meets(port), places.condition(ADDRESS, 443)) == ("silent", Condition.SILENT)
            with places.listen(ADDRESS, 443):
                assert (meets(port), places.condition(ADDRESS, 443)) == ("open", Condition.SERVED)
            places.refuse(ADDRESS, 443)
            assert (meets(port), places.condition(ADDRESS, 443)) == ("refused", Condition.REFUSED)


def test_silence_stays_for_many_clients() -> None:
    with Places() as places, contextlib.ExitStack() as stack:
        places.silence(ADDRESS, 80)
        for _ in range(5):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.connect(("127.0.0.1", places.port_of(ADDRESS, 80)))
        assert meets(places.port_of(ADDRESS, 80)) == "silent"


@pytest.mark.parametrize("shared", [0, 1])
def test_reserved_port_is_not_given_away(shared: int) -> None:
    def taken(port: int) -> None:
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, shared)
            with pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))

    with Places() as places:
        port = places.port_of(ADDRESS, 80)
        taken(port)
        with places.listen(ADDRESS, 80):
            taken(port)
        places.refuse(ADDRESS, 80)
        taken(port)


def test_old_connections_do_not_keep_a_port_from_serving_again() -> None:
    with Places() as places:
        port = places.port_of(ADDRESS, 80)
        for _ in range(3):
            with places.listen(ADDRESS, 80) as listener, socket.create_connection(("127.0.0.1", port)) as client:
                listener.setblocking(True)
                accepted, _ = listener.accept()
                accepted.close()  # the server closes first: TIME_WAIT stays on its port
                assert client.recv(1) == b""
            places.refuse(ADDRESS, 80)


def test_connect_to_rules_are_read_by_the_tool() -> None:
    with Places() as places:
        port = places.port_of("2001:db8::1", 443)
        rules = parse_connect_to(tuple(places.connect_to()))
        assert rules.at("2001:db8::1", 443) == ("127.0.0.1", port)
