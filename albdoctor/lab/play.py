"""Carries out what people ask a running lab to do; says what was done, or why not, in their language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import dns.exception
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from albdoctor.lab import apps
from albdoctor.lab.hosts import Host
from albdoctor.lab.nameservers import TLD_SERVERS
from albdoctor.lab.orders import (
    Answer,
    Done,
    Down,
    Kind,
    Listen,
    Order,
    RemoveDs,
    Renew,
    SetDs,
    SetNameServers,
    SetRecord,
    Show,
    SignAgain,
    Spoil,
    Start,
    Stop,
    Visit,
)
from albdoctor.lab.registry import GABIA, NOT_AGAIN, Domain
from albdoctor.lab.scenario import Scenario
from albdoctor.lab.shop import Shop
from albdoctor.lab.state import Instance
from albdoctor.text import Lang, Text, Value, Values, fill

HOST_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
MOST_NAME_SERVERS = 13
YEAR = timedelta(days=365)
SERVICES: dict[Kind, Callable[[], apps.Service]] = {
    "http": apps.plain,
    "tls": apps.tls,
    "redirect": apps.redirects_to_https,
    "login": apps.redirects_to_login,
    "slow": apps.slow,
    "crash": apps.hangs_up,
}

NO_HOST_NAME = Text(en="{name} is no host name.", ko="{name}: 호스트 이름이 아닙니다.")
TOO_MANY = Text(en="A registrar takes at most {count} name servers.", ko="네임서버는 최대 {count}개입니다.")
NOT_REGISTERED = Text(
    en="{domain} is not registered. `albdoctor lab do show` lists what is; `renew` buys a domain that is free.",
    ko="{domain}: 등록되지 않은 도메인입니다. 등록된 것은 `albdoctor lab do show`로 봅니다. `renew`로 다시 구입합니다.",
)
NO_SUCH_TLD = Text(en="Nobody sells {domain} in the lab.", ko="{domain}: 실습 환경에서 살 수 없는 도메인입니다.")
SERVERS_SET = Text(
    en="{registrar} has these name servers for {domain} now: {servers}.",
    ko="{registrar}에 등록된 {domain}의 네임서버: {servers}.",
)
RENEWED = Text(
    en="{domain} is registered until {until}, without a hold. Its name servers: {servers}.",
    ko="{domain}: {until}까지 등록되었고 정지되지 않았습니다. 네임서버: {servers}.",
)
DS_REMOVED = Text(en="{domain} has no DS record any more.", ko="{domain}의 DS 레코드를 지웠습니다.")
DS_SET = Text(en="The DS records of {domain} now: {ds}.", ko="{domain}의 DS 레코드: {ds}.")
NOT_SIGNED = Text(en="Nobody signs the zone of {domain}.", ko="{domain}: 서명하지 않는 영역입니다.")
SIGNED_AGAIN = Text(
    en="The zone of {domain} is signed until {until}; DS record of its key: {ds}.",
    ko="{domain} 영역에 {until}까지 서명했습니다. 키의 DS 레코드: {ds}.",
)
NOT_ELSEWHERE = Text(
    en="No other DNS provider holds a zone of {name}. Records in Route 53 are written with the AWS CLI.",
    ko="{name}의 영역이 있는 다른 DNS 업체가 없습니다. Route 53 레코드는 AWS CLI로 씁니다.",
)
BAD_RECORD = Text(en="{type} {values} is no record: {why}", ko="{type} {values}: 레코드가 아닙니다. {why}")
RECORD_SET = Text(
    en="The other DNS provider answers for {name} now: {type} {values}.",
    ko="다른 DNS 업체의 {name} 레코드: {type} {values}.",
)
NO_SERVER = Text(en="There is no server.", ko="서버가 없습니다.")
WHICH_SERVER = Text(
    en="There are {count} servers: say which with --on: {servers}.",
    ko="서버가 {count}대입니다. --on으로 지정하세요: {servers}.",
)
NO_SUCH_SERVER = Text(
    en="There is no server {wanted}. There are: {servers}.", ko="{wanted}: 없는 서버입니다. 서버 목록: {servers}."
)
NOT_RUNNING = Text(
    en="Server {server} is {state}: start it first with `aws ec2 start-instances --instance-ids {server}`.",
    ko="서버 {server}의 상태: {state}. 먼저 시작하세요: `aws ec2 start-instances --instance-ids {server}`.",
)
NOTHING_THERE = Text(
    en="No process listens on port {port} of {server}.", ko="{server}의 {port} 포트에 프로세스가 없습니다."
)
LISTENS = Text(
    en="On {server} a process listens on {address}:{port} now: {speaks}.",
    ko="{server}: 프로세스가 {address}:{port}에서 수신합니다. {speaks}.",
)
STOPPED = Text(
    en="The process on port {port} of {server} has ended.", ko="{server}의 {port} 포트 프로세스를 끝냈습니다."
)
ANSWERS = Text(
    en="The process on port {port} of {server} answers {path} with {status} now.",
    ko="{server}의 {port} 포트 프로세스: {path} 경로에 {status} 응답.",
)
VISITED = Text(en="Visitors of https://{host}/ got: {statuses}.", ko="https://{host}/ 방문자가 받은 응답: {statuses}.")
NO_ANSWER = Text(en="no answer", ko="응답 없음")
NO_BALANCER = Text(en="There is no load balancer to visit.", ko="방문할 로드 밸런서가 없습니다.")
PANEL = Text(en="The registrar's panel:", ko="등록 기관 관리 화면:")
REGISTERED = Text(
    en="{domain} at {registrar}, until {until}; name servers: {servers}; DS: {ds}; status: {status}",
    ko="{domain} ({registrar}), {until}까지. 네임서버: {servers}. DS: {ds}. 상태: {status}",
)
ON_THE_SERVERS = Text(en="The servers:", ko="서버:")
SERVER = Text(en="{server} {address} ({state})", ko="{server} {address} ({state})")
PROCESS = Text(en="- listens on {address}:{port}, {speaks}", ko="- {address}:{port} 수신, {speaks}")
PLAIN_TEXT = Text(en="without TLS", ko="TLS 없음")
SPEAKS_TLS = Text(en="TLS", ko="TLS")
NONE = Text(en="none", ko="없음")
BROKEN = Text(en="Scenario {name}: {about}", ko="시나리오 {name}: {about}")
CAUSES = Text(en="A scan should name: {causes}.", ko="스캔이 알려야 할 원인: {causes}.")
ENDING = Text(en="The lab ends.", ko="실습 환경을 끝냅니다.")

Said: TypeAlias = tuple[Text, Values]
"""A sentence and what is filled into it."""


class RefusedError(Exception):
    """An order that cannot be carried out; nothing was changed."""

    def __init__(self, text: Text, **values: Value) -> None:
        """Say why."""
        self.text, self.values = text, values
        super().__init__(fill(text.en, values))


class Player:
    """Everybody but AWS, in one lab."""

    def __init__(self, shop: Shop, scenario: Scenario, end: Callable[[], object]) -> None:
        """Play beside a site; `end` is called when the lab shall end."""
        self._shop = shop
        self._scenario = scenario
        self._end = end

    def carry_out(self, order: Order, lang: Lang) -> Done:
        """Do it, and say what was done; or say why not."""
        try:
            said = tuple(fill(text.of(lang), values, lang) for text, values in self._do(order))
        except RefusedError as refused:
            return Done(said=(fill(refused.text.of(lang), refused.values, lang),), refused=True)
        return Done(said=said)

    def _do(self, order: Order) -> Iterator[Said]:
        match order:
            case SetNameServers():
                yield self._set_name_servers(order)
            case Renew():
                yield self._renew(_host_name(order.domain))
            case RemoveDs():
                domain = self._registered(order.domain)
                self._shop.world.registry.register(replace(domain, ds=(), changed=datetime.now(UTC)))
                yield DS_REMOVED, {"domain": domain.name}
            case SetDs():
                yield self._set_ds(order)
            case SignAgain():
                yield self._sign_again(_host_name(order.domain))
            case SetRecord():
                yield self._set_record(order)
            case Start():
                yield self._start(order)
            case Stop():
                host, _ = self._process(order.on, order.port)
                host.stop(order.port)
                yield STOPPED, {"port": order.port, "server": host.instance_id}
            case Listen():
                host, service = self._process(order.on, order.port)
                host.start(order.port, apps.bound_to(service, loopback_only=order.address == "127.0.0.1"))
                yield LISTENS, _process(host, order.port)
            case Answer():
                host, service = self._process(order.on, order.port)
                host.start(order.port, apps.answering(service, order.path, order.status))
                values: dict[str, Value] = {
                    "port": order.port,
                    "server": host.instance_id,
                    "path": order.path,
                    "status": order.status,
                }
                yield ANSWERS, values
            case Visit():
                yield self._visit(order.count)
            case Show():
                yield from self._show()
            case Spoil():
                yield from spoiled(self._scenario)
            case Down():
                self._end()
                yield ENDING, {}

    # --- the registrar, and another DNS provider -------------------------------------------------------------

    def _set_name_servers(self, order: SetNameServers) -> Said:
        servers = tuple(dict.fromkeys(_host_name(server) for server in order.name_servers))
        if len(servers) > MOST_NAME_SERVERS:
            raise RefusedError(TOO_MANY, count=MOST_NAME_SERVERS)
        domain = self._registered(order.domain)
        self._shop.world.registry.set_nameservers(domain.name, servers)
        return SERVERS_SET, {"registrar": domain.registrar.name, "domain": domain.name, "servers": servers or NONE}

    def _renew(self, name: str) -> Said:
        registry = self._shop.world.registry
        domain = registry.find(name)
        if domain is None:
            if name.partition(".")[2] not in TLD_SERVERS:
                raise RefusedError(NO_SUCH_TLD, domain=name)
            domain = Domain(name, nameservers=GABIA.default_nameservers)  # what a registrar enters by itself
        until = max(domain.expires, datetime.now(UTC) + YEAR)
        registry.register(replace(domain, expires=until, statuses=(NOT_AGAIN,)))
        return RENEWED, {"domain": name, "until": f"{until:%Y-%m-%d}", "servers": domain.nameservers or NONE}

    def _registered(self, typed: str) -> Domain:
        name = _host_name(typed)
        domain = self._shop.world.registry.find(name)
        if domain is None:
            raise RefusedError(NOT_REGISTERED, domain=name)
        return domain

    def _set_ds(self, order: SetDs) -> Said:
        domain = self._registered(order.domain)
        try:
            typed = tuple(dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.DS, one).to_text() for one in order.ds)
        except (dns.exception.DNSException, ValueError) as error:
            raise RefusedError(BAD_RECORD, type="DS", values=order.ds, why=str(error)) from error
        self._shop.world.registry.register(replace(domain, ds=typed, changed=datetime.now(UTC)))
        return DS_SET, {"domain": domain.name, "ds": typed}

    def _sign_again(self, name: str) -> Said:
        signer = self._shop.world.tree.signers.get(name)
        if signer is None:
            raise RefusedError(NOT_SIGNED, domain=name)
        signer.renew()
        return SIGNED_AGAIN, {"domain": name, "until": f"{signer.held[1]:%Y-%m-%d}", "ds": signer.ds}

    def _set_record(self, order: SetRecord) -> Said:
        name = _host_name(order.name)
        owned = [zone for zone in self._shop.world.tree.foreign_zones if zone.holds(name)]
        if not owned:
            raise RefusedError(NOT_ELSEWHERE, name=name)
        for zone in owned:
            try:
                zone.add(name, order.type, 300, *order.values)
            except (dns.exception.DNSException, ValueError) as error:
                raise RefusedError(BAD_RECORD, type=order.type, values=order.values, why=str(error)) from error
        return RECORD_SET, {"name": name, "type": order.type, "values": order.values}

    # --- servers and visitors --------------------------------------------------------------------------------

    def _start(self, order: Start) -> Said:
        host = self._host(order.on)
        host.start(order.port, SERVICES[order.kind]())
        return LISTENS, _process(host, order.port)

    def _process(self, on: str, port: int) -> tuple[Host, apps.Service]:
        """The process on a port, and the server that it runs on."""
        host = self._host(on)
        service = host.services.get(port)
        if service is None:
            raise RefusedError(NOTHING_THERE, port=port, server=host.instance_id)
        return host, service

    def _host(self, wanted: str) -> Host:
        """The server that is meant: the named one, or the only one; it has to run."""
        instances = {one.id: one for one in self._instances()}
        if not instances:
            raise RefusedError(NO_SERVER)
        if not wanted and len(instances) > 1:
            raise RefusedError(WHICH_SERVER, count=len(instances), servers=tuple(instances))
        if wanted and wanted not in instances:
            raise RefusedError(NO_SUCH_SERVER, wanted=wanted, servers=tuple(instances))
        instance = instances[wanted or next(iter(instances))]
        if not instance.running:
            raise RefusedError(NOT_RUNNING, server=instance.id, state=instance.state)
        return self._shop.world.hosts.host(instance.id)

    def _instances(self) -> list[Instance]:
        return [one for one in self._shop.world.aws.state.instances() if one.state != "terminated"]

    def _visit(self, count: int) -> Said:
        if not self._shop.world.aws.state.balancers():
            raise RefusedError(NO_BALANCER)
        host = self._scenario.plan.scanned
        got = self._shop.world.ground.traffic(count, host=host)
        return VISITED, {"host": host, "statuses": tuple(str(one) if one else NO_ANSWER for one in got)}

    def _show(self) -> Iterator[Said]:
        yield PANEL, {}
        for domain in self._shop.world.registry.all():
            yield (
                REGISTERED,
                {
                    "domain": domain.name,
                    "registrar": domain.registrar.name,
                    "until": f"{domain.expires:%Y-%m-%d}",
                    "servers": domain.nameservers or NONE,
                    "ds": domain.ds or NONE,
                    "status": domain.statuses or NONE,
                },
            )
        yield ON_THE_SERVERS, {}
        for instance in self._instances():
            address = instance.interface.address
            yield SERVER, {"server": instance.id, "address": address, "state": instance.state}
            host = self._shop.world.hosts.host(instance.id)
            for port in sorted(host.services) if instance.running else ():
                yield PROCESS, _process(host, port)


def spoiled(scenario: Scenario) -> Iterator[Said]:
    """What is broken in a scenario, and which causes a scan should name."""
    yield BROKEN, {"name": scenario.name, "about": scenario.about}
    causes = tuple(one.slug for one in scenario.expected if one.root_cause and not one.aside)
    if causes:
        yield CAUSES, {"causes": causes}


def _process(host: Host, port: int) -> dict[str, Value]:
    service = host.services[port]
    address = "127.0.0.1" if service.loopback_only else "0.0.0.0"  # noqa: S104 - no bind
    speaks = SPEAKS_TLS if service.tls else PLAIN_TEXT
    return {"server": host.instance_id, "address": address, "port": port, "speaks": speaks}


def _host_name(typed: str) -> str:
    """Read a host name as a panel does: blanks, capitals and a final dot do not matter."""
    name = typed.strip().lower().rstrip(".")
    if not HOST_NAME.fullmatch(name):
        raise RefusedError(NO_HOST_NAME, name=typed)
    return name
