"""What `lab do` does to a lab, what it refuses, and who may ask."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import get_args

import click
import pytest

from albdoctor.errors import BadOptionError
from albdoctor.lab import clients, orders
from albdoctor.lab.control import Control, send
from albdoctor.lab.do import do
from albdoctor.lab.nameservers import CLOUDFLARE_CUSTOMER_SERVERS, GABIA_SERVERS
from albdoctor.lab.orders import ADDRESSES, KINDS, LISTED, Asked, Done, Kind, Order
from albdoctor.lab.places import Places
from albdoctor.lab.play import SERVICES, Player
from albdoctor.lab.registry import Domain
from albdoctor.lab.scenarios import SCENARIOS, find
from albdoctor.lab.scenarios.domain import put_on_hold
from albdoctor.lab.scenarios.zone import leave_a_ds_record_behind
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.up import any_broken
from albdoctor.lab.world import World
from albdoctor.lab.zones import Zone

NAME = "shop.example"
ENDED: list[bool] = []


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with World() as world:
        yield build(world, find("healthy").plan)


@pytest.fixture
def player(shop: Shop) -> Iterator[Player]:
    """Everybody beside a site that is sound before and after."""
    registered = shop.world.registry.find(NAME)
    services = dict(shop.world.hosts.host(shop.machine.id).services)
    assert registered
    yield Player(shop, find("healthy"), lambda: ENDED.append(True))
    shop.world.registry.register(registered)
    shop.world.tree.foreign_zones.clear()
    shop.world.hosts.run(shop.machine.id, services)


def told(player: Player, order: Order) -> str:
    done = player.carry_out(order, "en")
    assert not done.refused, done.said
    return "\n".join(done.said)


def refused(player: Player, order: Order) -> str:
    done = player.carry_out(order, "en")
    assert done.refused, done.said
    assert player.carry_out(order, "ko").said != done.said, "in the language of whoever asked"
    [said] = done.said
    return said


def visit(shop: Shop) -> list[int | None]:
    return shop.world.ground.traffic(1)


# --- the registrar -----------------------------------------------------------------------------------------------


def test_name_servers_are_replaced_as_in_a_panel(shop: Shop, player: Player) -> None:
    before = shop.world.tree.lookup(NAME, "A")
    said = told(player, orders.SetNameServers(domain="SHOP.example.", name_servers=(*GABIA_SERVERS, "NS.gabia.co.kr.")))
    assert said == f"Gabia, Inc. has these name servers for {NAME} now: ns.gabia.co.kr, ns1.gabia.co.kr."
    assert shop.world.tree.lookup(NAME, "A") not in ([], before)
    told(player, orders.SetNameServers(domain=NAME, name_servers=shop.zone.name_servers))
    assert shop.world.tree.lookup(NAME, "A") == before


def test_a_hold_ends_when_the_registrar_is_answered(shop: Shop, player: Player) -> None:
    put_on_hold(shop)
    assert shop.world.tree.lookup(NAME, "A") == []
    assert f"{NAME} is registered until" in told(player, orders.Renew(domain=NAME))
    assert shop.world.tree.lookup(NAME, "A")


def test_a_domain_that_lapsed_is_bought_again_with_the_registrars_own_servers(shop: Shop, player: Player) -> None:
    shop.world.registry.drop(NAME)
    assert "is not registered" in refused(player, orders.SetNameServers(domain=NAME, name_servers=("ns1.x.example",)))
    told(player, orders.Renew(domain=NAME))
    found = shop.world.registry.find(NAME)
    assert found
    assert (found.nameservers, found.published) == (tuple(GABIA_SERVERS), True)


def test_a_ds_record_is_taken_away(shop: Shop, player: Player) -> None:
    leave_a_ds_record_behind(shop)
    assert shop.world.tree.lookup(NAME, "DS")
    assert told(player, orders.RemoveDs(domain=NAME)) == f"{NAME} has no DS record any more."
    assert shop.world.tree.lookup(NAME, "DS") == []


def test_ds_records_are_entered_and_a_zone_is_signed_again(shop: Shop, player: Player) -> None:
    assert refused(player, orders.SignAgain(domain=NAME)) == f"Nobody signs the zone of {NAME}."
    signer = shop.sign()
    signer.lapse()
    assert f"DS record of its key: {signer.ds}." in told(player, orders.SignAgain(domain=NAME))
    assert not signer.expired
    ds = f"12345 13 2 {'ab' * 32}"
    assert told(player, orders.SetDs(domain=NAME, ds=(ds.upper(),))) == f"The DS records of {NAME} now: {ds}."
    assert shop.world.tree.lookup(NAME, "DS") == [ds]
    assert "is no record" in refused(player, orders.SetDs(domain=NAME, ds=("12345 13 2 ab",)))
    del shop.world.tree.signers[NAME]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (
            orders.SetNameServers(domain="other.example", name_servers=("ns1.x.example",)),
            "other.example is not registered",
        ),
        (orders.SetNameServers(domain=NAME, name_servers=("ns1",)), "ns1 is no host name."),
        (orders.SetNameServers(domain=NAME, name_servers=("a b.example",)), "a b.example is no host name."),
        (orders.SetNameServers(domain=NAME, name_servers=("\x1b[2J.example",)), "\\x1b[2J.example is no host name."),
        (orders.SetNameServers(domain=NAME, name_servers=("x" * 64 + ".example",)), "is no host name."),
        (
            orders.SetNameServers(domain=NAME, name_servers=tuple(f"ns{one}.x.example" for one in range(14))),
            "A registrar takes at most 13 name servers.",
        ),
        (orders.RemoveDs(domain="other.example"), "other.example is not registered"),
        (orders.Renew(domain="shop.nowhere"), "Nobody sells shop.nowhere in the lab."),
        (orders.SetRecord(name="www." + NAME, type="A", values=("192.0.2.1",)), "No other DNS provider holds a zone"),
    ],
)
def test_what_a_panel_refuses(shop: Shop, player: Player, order: Order, said: str) -> None:
    before = shop.world.registry.all()
    assert said in refused(player, order)
    assert shop.world.registry.all() == before


def test_another_dns_provider_has_a_panel_too(shop: Shop, player: Player) -> None:
    zone = Zone(NAME)
    zone.add_soa(next(iter(CLOUDFLARE_CUSTOMER_SERVERS)), "dns.cloudflare.com")
    shop.world.tree.foreign_zones.append(zone)
    shop.delegate(*CLOUDFLARE_CUSTOMER_SERVERS)
    name = f"new.{NAME}"
    for type_, values in (("A", ("localhost",)), ("NOTHING", ("x",))):
        assert "is no record" in refused(player, orders.SetRecord(name=name, type=type_, values=values))
    assert shop.world.tree.lookup(name, "A") == []
    told(player, orders.SetRecord(name=name, type="A", values=("192.0.2.7", "192.0.2.8")))
    assert sorted(shop.world.tree.lookup(name, "A")) == ["192.0.2.7", "192.0.2.8"]
    assert "No other DNS provider" in refused(
        player, orders.SetRecord(name="x.example", type="A", values=("192.0.2.7",))
    )


# --- the server --------------------------------------------------------------------------------------------------


def test_a_process_is_stopped_and_started(shop: Shop, player: Player) -> None:
    assert visit(shop) == [200]
    assert told(player, orders.Stop(port=80)) == f"The process on port 80 of {shop.machine.id} has ended."
    assert visit(shop) == [502]
    assert told(player, orders.Visit(count=2)) == f"Visitors of https://{NAME}/ got: 502, 502."
    assert "No process listens on port 80" in refused(player, orders.Stop(port=80))
    said = told(player, orders.Start(port=80))
    assert said == f"On {shop.machine.id} a process listens on 0.0.0.0:80 now: without TLS."
    assert visit(shop) == [200]


@pytest.mark.parametrize(
    ("kind", "status"), [("http", 200), ("tls", 400), ("redirect", 301), ("login", 302), ("crash", 502)]
)
def test_each_kind_of_process_is_what_it_is_called(shop: Shop, player: Player, kind: Kind, status: int) -> None:
    told(player, orders.Start(port=80, kind=kind))
    assert visit(shop) == [status]


def test_a_process_is_bound_to_another_address(shop: Shop, player: Player) -> None:
    told(player, orders.Start(port=80, kind="login"))
    assert "127.0.0.1:80" in told(player, orders.Listen(port=80, address="127.0.0.1"))
    assert visit(shop) == [502]
    told(player, orders.Listen(port=80, address="0.0.0.0"))  # noqa: S104 - a word
    assert visit(shop) == [302], "the same process"


def test_one_path_is_answered_otherwise(shop: Shop, player: Player) -> None:
    told(player, orders.Start(port=80, kind="crash"))
    told(player, orders.Answer(port=80, path="/health", status=200))
    front = shop.world.ground
    assert (front.traffic(1), front.traffic(1, path="/health")) == ([502], [200])
    told(player, orders.Answer(port=80, path="/", status=404))
    assert (front.traffic(1), front.traffic(1, path="/health")) == ([404], [200])


def test_the_server_that_is_meant(shop: Shop, player: Player) -> None:
    ec2 = shop.client("ec2")
    assert "There is no server i-1. There are: " in refused(player, orders.Stop(port=80, on="i-1"))
    ec2.stop_instances(InstanceIds=[shop.machine.id])
    said = refused(player, orders.Start(port=80))
    assert said.endswith(f"`aws ec2 start-instances --instance-ids {shop.machine.id}`.")
    ec2.start_instances(InstanceIds=[shop.machine.id])
    other = shop.builder.instance(shop.network, private="10.0.1.20")
    try:
        said = refused(player, orders.Start(port=80))
        assert said.startswith("There are 2 servers: say which with --on: ")
        told(player, orders.Start(port=81, on=other.id))
        assert 81 in shop.world.hosts.host(other.id).services
        assert 81 not in shop.world.hosts.host(shop.machine.id).services
    finally:
        ec2.terminate_instances(InstanceIds=[other.id])


# --- what is told ------------------------------------------------------------------------------------------------


def test_the_panel_and_the_servers_are_shown(shop: Shop, player: Player) -> None:
    told(player, orders.Start(port=443, kind="tls"))
    told(player, orders.Listen(port=443, address="127.0.0.1"))
    said = told(player, orders.Show())
    assert ", ".join(shop.zone.name_servers) in said
    assert f"{shop.machine.id} 10.0.1.10 (running)\n- listens on 0.0.0.0:80, without TLS\n" in said
    assert "- listens on 127.0.0.1:443, TLS" in said


def test_what_is_broken_is_told_by_one_order_only(shop: Shop) -> None:
    scenario = find("registrar-ns-wrong")
    player = Player(shop, scenario, list)
    assert scenario.about.en in told(player, orders.Spoil())
    assert "registrar-default-nameservers" in told(player, orders.Spoil())
    assert scenario.about.en not in told(player, orders.Show())


def test_down_ends_the_lab(player: Player) -> None:
    ENDED.clear()
    assert (told(player, orders.Down()), ENDED) == ("The lab ends.", [True])


def test_any_is_one_that_is_broken() -> None:
    assert {any_broken(SCENARIOS).verdict for _ in range(50)} == {"broken"}


# --- lists that must fit -----------------------------------------------------------------------------------------


def test_every_order_is_listed_with_an_example_that_is_one() -> None:
    with do.make_context("do", []) as context:
        assert set(do.list_commands(context)) == set(LISTED)
        tags = {one.__struct_config__.tag for one in get_args(Order)}
        assert tags == {*LISTED, "down"}
        for name, listed in LISTED.items():
            command, *words = listed.example.split()
            found = do.get_command(context, command)
            assert (command, found) == (name, do.commands[name])
            assert isinstance(found, click.Command)
            found.make_context(name, words)  # a usage error would be raised


def test_kinds_and_addresses_are_the_same_everywhere() -> None:
    assert (set(KINDS), set(SERVICES)) == (set(get_args(Kind)), set(KINDS))
    assert get_args(orders.Address) == ADDRESSES


# --- who may ask -------------------------------------------------------------------------------------------------


@pytest.fixture
def control() -> Iterator[Control]:
    def carry_out(asked: Asked) -> Done:
        if asked.order == orders.Renew(domain=NAME):
            raise RuntimeError("our own")
        return Done(said=(asked.lang,))

    with Control(carry_out) as one:
        yield one


def test_orders_arrive_with_the_token_only(control: Control) -> None:
    asked = Asked(order=orders.Show(), lang="ko")
    assert send(control.port, control.token, asked) == Done(said=("ko",))
    for token in ("", "x" * len(control.token), control.token[:-1]):
        assert send(control.port, token, asked).refused
    crashed = send(control.port, control.token, Asked(order=orders.Renew(domain=NAME)))
    assert crashed == Done(said=("the lab itself failed: RuntimeError: our own",), refused=True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b'{"order": {"order": "stop", "port": 0}}', 400),
        (b'{"order": {"order": "stop", "port": 80, "more": 1}}', 400),
        (b'{"order": {"order": "answer", "port": 80, "path": "/ x", "status": 200}}', 400),
        (b'{"order": {"order": "show"}}', 200),
    ],
)
def test_what_is_no_order_is_refused(control: Control, body: bytes, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", control.port, timeout=10)
    connection.request("POST", "/", body, {"Authorization": f"Bearer {control.token}"})
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["refused"]) == (status, status != 200)
    connection.close()


def test_only_short_posts_are_read(control: Control) -> None:
    for method, headers, status in (
        ("GET", {}, 501),
        ("POST", {"Content-Length": "65537"}, 413),
        ("POST", {"Content-Length": "-1"}, 413),
        ("POST", {"Content-Length": "²"}, 413),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", control.port, timeout=10)
        connection.putrequest(method, "/")
        for name, value in headers.items():
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()


def test_it_listens_on_loopback_alone(control: Control) -> None:
    with pytest.raises(OSError, match=r"refused|unreachable|assign"):
        socket.create_connection(("127.0.0.2", control.port), timeout=5)


def test_what_is_no_lab_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        send(port, "", Asked(order=orders.Show()))
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(BadOptionError, match="is no lab"):
            send(server.server_port, "", Asked(order=orders.Show()))
        thread.join()


# --- what clients are told ---------------------------------------------------------------------------------------


def test_curl_is_led_where_dns_leads_and_nowhere_else(shop: Shop) -> None:
    with Places() as nowhere:
        written = clients.curl(shop.world, Path('/a "b"\\c'), [NAME, "none." + NAME], nowhere)
        lines = written.splitlines()
        address = shop.world.tree.lookup(NAME, "A")[0]
        port = shop.world.internet.port_of(address, 443)
        assert 'cacert = "/a \\"b\\"\\\\c"' in lines
        assert f'connect-to = "{NAME}:443:127.0.0.1:{port}"' in lines
        assert f'connect-to = "none.{NAME}::none.{NAME}.invalid:"' in lines
        assert lines[-1] == 'connect-to = "::invalid:"'
        assert nowhere.known() == ()


def test_an_address_where_the_lab_has_nothing_falls_silent(shop: Shop, player: Player) -> None:
    zone = Zone(NAME)
    zone.add_soa(next(iter(CLOUDFLARE_CUSTOMER_SERVERS)), "dns.cloudflare.com")
    zone.add(NAME, "A", 60, "192.0.2.200")
    shop.world.tree.foreign_zones.append(zone)
    told(player, orders.SetNameServers(domain=NAME, name_servers=tuple(CLOUDFLARE_CUSTOMER_SERVERS)))
    known = shop.world.internet.known()
    with Places() as nowhere:
        written = clients.curl(shop.world, Path("/ca.pem"), [NAME], nowhere)
        [place] = [nowhere.port_of(*address) for address in nowhere.known()]
        assert f'connect-to = "{NAME}:443:127.0.0.1:{place}"' in written
        with pytest.raises(TimeoutError):
            socket.create_connection(("127.0.0.1", place), timeout=0.5)
    assert shop.world.internet.known() == known, "a scan finds what it found before"


def test_names_that_somebody_may_visit(shop: Shop) -> None:
    shop.world.registry.register(Domain("other.example"))
    try:
        assert clients.names_of(shop.world)[:4] == [NAME, f"www.{NAME}", "other.example", "www.other.example"]
        assert not [one for one in clients.names_of(shop.world) if one.startswith("_")]
    finally:
        shop.world.registry.drop("other.example")
