"""The path of the request as rows: each thing on it, and what was seen there. Nothing is judged here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from msgspec import Struct

from albdoctor.derive.dns.held import ADDRESS_TYPES, at
from albdoctor.derive.dns.visited import addresses_of
from albdoctor.derive.request.entrances import Front
from albdoctor.derive.request.outcome import By, by_load_balancer
from albdoctor.derive.request.redirect_loops import leads_away
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.topology import every_certificate, items
from albdoctor.details import question
from albdoctor.facts.acm import Certificate
from albdoctor.facts.arn import Arn
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import Listener, LoadBalancer, Rule, TargetGroup, TargetHealth, target_ref
from albdoctor.facts.known import Gap, Kind, Known, Observed, Ref, Unknown
from albdoctor.facts.mirror import LacksError, known_or, readable
from albdoctor.facts.route53 import ResourceRecordSet, record_ref
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, Exchange, Tcp
from albdoctor.report.model import Thing
from albdoctor.report.words import GAPS
from albdoctor.text import Text, same

T = TypeVar("T")
ANY = "any"
"""In the place of a listener's balancer that is not known: nobody can say then that a balancer has none."""


# gc=False: no cycle can go through it, and there may be tens of thousands.
class PathRow(Struct, frozen=True, kw_only=True, gc=False):
    """One thing on the path."""

    stage: str
    label: Text
    saw: Text
    known: bool = True
    wanted: bool = True
    """False: no selected check needed it, so nobody asked."""
    good: bool = True
    """False: nothing of it is in order, so that it has no tick though no check finds fault with it."""
    answers: bool = False
    """It was seen to answer, whatever becomes of the scanned URL."""
    about: tuple[str, ...] = ()
    """Slug prefixes of the checks that look at this thing."""
    refs: tuple[Ref, ...] = ()
    """The things it stands for; empty: whatever the subject is."""


NOT_KNOWN = Text(en="could not be seen", ko="확인하지 못함")
REGISTRAR = Text(en="registrar", ko="도메인 등록 기관")
NAME_SERVERS = Text(en="delegation", ko="네임서버 위임")
ZONE = Text(en="hosted zone", ko="호스팅 영역")
RECORD = Text(en="record", ko="레코드")
CERTIFICATE = Text(en="certificate", ko="인증서")
FRONT = Text(en="in front", ko="앞단")
BALANCER = Text(en="load balancer", ko="로드 밸런서")
LISTENER = Text(en="listener", ko="리스너")
GROUP = Text(en="target group", ko="대상 그룹")
HEALTH = Text(en="health", ko="상태 검사")
TARGET = Text(en="target", ko="대상")
ANSWER = Text(en="answer", ko="응답")
THINGS: Mapping[Text, Thing] = {
    REGISTRAR: "registrar",
    NAME_SERVERS: "delegation",
    ZONE: "zone",
    RECORD: "record",
    CERTIFICATE: "certificate",
    FRONT: "front",
    BALANCER: "balancer",
    LISTENER: "listener",
    GROUP: "group",
    HEALTH: "health",
    TARGET: "target",
    ANSWER: "answer",
}
"""What each label names."""


def rows(facts: Facts, scene: Scene) -> tuple[PathRow, ...]:
    """List what lies on the path, from the registrar to the answer; what nobody asked for has no row."""
    drawn = (
        *_registrar(facts),
        *_delegation(facts),
        *_zones(facts),
        *_records(facts),
        *_certificates(facts),
        *_front(scene),
        *_balancers(facts),
        *_listeners(facts),
        *_groups(facts),
        *_targets(facts),
        *_answers(facts),
    )
    return tuple(row for row in drawn if row.wanted)


def _gap(stage: str, label: Text, unknown: Unknown, about: tuple[str, ...]) -> PathRow:
    ko = f"{NOT_KNOWN.ko}: {GAPS[unknown.gap].ko}, {question(unknown.asked, 'ko')}"
    seen = Text(en=f"{NOT_KNOWN.en}: {unknown.gap}, {unknown.asked}", ko=ko)
    wanted = unknown.gap is not Gap.NOT_ASKED or bool(unknown.detail)
    return PathRow(stage=stage, label=label, saw=seen, known=False, wanted=wanted, about=about)


def _each(
    stage: str, label: Text, about: tuple[str, ...], things: Iterable[T], draw: Callable[[T], Iterable[PathRow]]
) -> Iterator[PathRow]:
    """The rows of each thing; one that lacks what a row shows has a row that says so."""
    for thing in things:
        try:
            yield from draw(thing)
        except LacksError as lack:
            yield _gap(stage, label, lack.unknown, about)


def _registrar(facts: Facts) -> Iterator[PathRow]:
    about = ("registrar-",)
    held = items(facts.registered_domains)
    if held:
        yield PathRow(
            stage="domain", label=REGISTRAR, saw=same(f"Route 53 Domains, {held[0].domain_name}"), about=about
        )
    elif isinstance(facts.registration, Unknown):
        yield _gap("domain", REGISTRAR, facts.registration, about)
    else:
        seen = facts.registration.value
        name = seen.registrar if seen.registered else ""
        nobody = Text(en="not registered", ko="등록되어 있지 않음")
        yield PathRow(stage="domain", label=REGISTRAR, saw=same(name) if name else nobody, about=about)


def _delegation(facts: Facts) -> Iterator[PathRow]:
    about = ("delegation-", "registrar-default-", "registrar-verification-", "dnssec-")
    if isinstance(facts.delegation, Unknown):
        yield _gap("domain", NAME_SERVERS, facts.delegation, about)
        return
    names = _delegated(facts.delegation.value, facts.scan.registrable)
    nobody = Text(en="none: the parent zone does not know this name", ko="없음: 상위 영역에 이 이름이 없음")
    yield PathRow(stage="domain", label=NAME_SERVERS, saw=same(_some(names)) if names else nobody, about=about)


def _delegated(delegation: Delegation, domain: str) -> tuple[str, ...]:
    cut = delegation.cut(domain)
    return tuple(server.name for server in cut.nameservers) if cut else ()


def _some(names: tuple[str, ...], most: int = 2) -> str:
    more = f" +{len(names) - most}" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _zones(facts: Facts) -> Iterator[PathRow]:
    about = ("zone-not-found", "zone-private", "zone-duplicate", "zone-apex", "subdomain-", "dnssec-")
    if isinstance(facts.hosted_zones, Unknown):
        yield _gap("domain", ZONE, facts.hosted_zones, about)
        return
    for zone in facts.hosted_zones.value:
        kind = Text(en="private", ko="프라이빗") if zone.private else Text(en="public", ko="퍼블릭")
        seen = Text(en=f"{zone.id}, {zone.name}, {kind.en}", ko=f"{zone.id}, {zone.name}, {kind.ko}")
        yield PathRow(stage="domain", label=ZONE, saw=seen, about=about, refs=(zone.ref,))
    if not facts.hosted_zones.value:
        yield PathRow(stage="domain", label=ZONE, saw=Text(en="none in this account", ko="이 계정에 없음"), about=about)


def _records(facts: Facts) -> Iterator[PathRow]:
    about = ("zone-", "resolve-")
    if isinstance(facts.record_sets, Unknown):
        yield _gap("domain", RECORD, facts.record_sets, about)
        return
    drawn = False
    here = [(zone.zone_id, at(zone, facts.scan.host)) for zone in facts.record_sets.value]
    for zone_id, found in here:
        for record in items(found):
            if record.type in ADDRESS_TYPES:
                drawn = True
                ref = record_ref(zone_id, record.owner, record.type)
                yield from _each("domain", RECORD, about, [record], partial(_record_row, ref, about))
    gap = next((found for _, found in here if isinstance(found, Unknown)), None)
    if gap is not None and not drawn:
        yield _gap("domain", RECORD, gap, about)
    elif not drawn and here:
        seen = Text(en=f"none for {facts.scan.host}", ko=f"{facts.scan.host} 레코드 없음")
        yield PathRow(stage="domain", label=RECORD, saw=seen, about=("zone-record-missing",))


def _record_row(ref: Ref, about: tuple[str, ...], record: ResourceRecordSet) -> Iterator[PathRow]:
    yield PathRow(stage="domain", label=RECORD, saw=same(_record(record)), about=about, refs=(ref,))


def _record(record: ResourceRecordSet) -> str:
    if record.alias_target:
        return f"{record.type} alias → {record.alias_target.dns_name}"
    return f"{record.type} {_some(record.values)}"


def _certificates(facts: Facts) -> Iterator[PathRow]:
    about = ("acm-",)
    if isinstance(facts.certificates, Unknown):
        yield _gap("certificate", CERTIFICATE, facts.certificates, about)
        return
    attached = _attached(facts)
    shown = [
        one
        for one in every_certificate(facts)
        if one.certificate_arn in attached or known_or(partial(_is_for, one, facts.scan.host), otherwise=True)
    ]
    yield from _each("certificate", CERTIFICATE, about, shown, partial(_certificate, about))
    if not shown and isinstance(facts.certificates_elsewhere, Unknown):
        yield _gap("certificate", CERTIFICATE, facts.certificates_elsewhere, about)
    elif not shown:
        seen_none = Text(en=f"none for {facts.scan.host}", ko=f"{facts.scan.host} 인증서 없음")
        yield PathRow(stage="certificate", label=CERTIFICATE, saw=seen_none, about=about)


def _certificate(about: tuple[str, ...], one: Certificate) -> Iterator[PathRow]:
    seen = f"{Arn.of(one.certificate_arn).path[-1][:8]}, {_some(one.names)}, {one.status}, {one.region}"
    yield PathRow(stage="certificate", label=CERTIFICATE, saw=same(seen), about=about, refs=(one.ref,))


def _attached(facts: Facts) -> frozenset[str]:
    held = (one for attached in items(facts.listeners_certificates) for one in attached.certificates)
    return frozenset(readable(held, lambda one: [one.certificate_arn]))


def _is_for(certificate: Certificate, host: str) -> bool:
    return host in certificate.names or f"*.{host.partition('.')[2]}" in certificate.names


FRONTS: Mapping[Front, Text] = {
    Front.CDN: same("CDN"),
    Front.ACCELERATOR: same("Global Accelerator"),
    Front.NETWORK_BALANCER: same("Network Load Balancer"),
}


def _front(scene: Scene) -> Iterator[PathRow]:
    """What visitors meet before the load balancer; it is in order as far as an answer came through it."""
    if scene.front not in FRONTS:
        return
    answers = [one for one in scene.requested.seen if one.status is not None]
    own = any(one.by is By.OTHER for one in scene.requested.failing)
    kind, name = FRONTS[scene.front], scene.front_name
    seen = Text(en=f"{kind.en}, {name}", ko=f"{kind.ko}, {name}")
    about = ("http-request-fails",) if own else ()
    yield PathRow(stage="balancer", label=FRONT, saw=seen, good=bool(answers), about=about)


def _balancers(facts: Facts) -> Iterator[PathRow]:
    about = ("alb-", "net-vpc-block-public-access", "net-nacl-client-side", "net-igw-missing-or-detached")
    if isinstance(facts.load_balancers, Unknown):
        yield _gap("balancer", BALANCER, facts.load_balancers, about)
        return
    yield from _each("balancer", BALANCER, about, facts.load_balancers.value, partial(_balancer, about))
    if not facts.load_balancers.value:
        none = Text(en="the name leads to none in this account", ko="이 이름이 가리키는 로드 밸런서가 계정에 없음")
        yield PathRow(stage="balancer", label=BALANCER, saw=none, about=about)


def _balancer(about: tuple[str, ...], balancer: LoadBalancer) -> Iterator[PathRow]:
    zones = len(balancer.availability_zones)
    seen = f"{balancer.load_balancer_name}, {balancer.scheme}, {zones} AZ, {balancer.state.code}"
    yield PathRow(stage="balancer", label=BALANCER, saw=same(seen), about=about, refs=(balancer.ref,))


def _listeners(facts: Facts) -> Iterator[PathRow]:
    about = ("listener-", "rule-", "alb-sg-")
    if isinstance(facts.listeners, Unknown):
        yield _gap("balancer", LISTENER, facts.listeners, about)
        return
    rules: dict[str, list[Rule]] = defaultdict(list)
    for rule in items(facts.rules):
        rules[rule.listener_arn].append(rule)
    groups = items(facts.target_groups)
    http = any(by_load_balancer(probe.http[0]) for probe in _visited(facts) if probe.http)
    names = dict(readable(groups, lambda group: [(group.target_group_arn, group.target_group_name)]))

    def draw(listener: Listener) -> Iterator[PathRow]:
        own = rules[listener.listener_arn]
        refs = (listener.ref, *(rule.ref for rule in own))
        seen = same(_listener(listener, own, names))
        answers = http and listener.port == 80
        yield PathRow(stage="balancer", label=LISTENER, saw=seen, answers=answers, about=about, refs=refs)

    listeners = sorted(facts.listeners.value, key=lambda one: known_or(lambda: one.port, 0))
    yield from _each("balancer", LISTENER, about, listeners, draw)
    on_443 = {arn for listener in listeners for arn in _served_on_443(listener)}
    without = (one for one in items(facts.load_balancers) if not {one.load_balancer_arn, ANY} & on_443)
    yield from _each("balancer", LISTENER, about, without, _missing_https)


def _served_on_443(listener: Listener) -> tuple[str, ...]:
    """The balancer that may have this listener on port 443."""
    is_there = known_or(lambda: listener.port == 443, otherwise=True)
    return (known_or(lambda: listener.load_balancer_arn, ANY),) if is_there else ()


def _missing_https(balancer: LoadBalancer) -> Iterator[PathRow]:
    name = balancer.load_balancer_name
    seen = Text(en=f"none on port 443 of {name}", ko=f"{name}: 443 포트 없음")
    yield PathRow(stage="balancer", label=LISTENER, saw=seen, about=("listener-https-missing",), refs=(balancer.ref,))


def _listener(listener: Listener, rules: list[Rule], names: Mapping[str, str]) -> str:
    actions = listener.default_actions
    does = [_action(action.type, [names.get(g.target_group_arn, "?") for g in action.groups]) for action in actions]
    besides = len(rules) - 1
    more = f", {besides} {'rule' if besides == 1 else 'rules'}" if besides > 0 else ""
    return f"{listener.protocol}:{listener.port} → {', '.join(does)}{more}"


def _action(kind: str, groups: list[str]) -> str:
    return ", ".join(groups) if groups else kind


HEALTHY = "healthy"


def _groups(facts: Facts) -> Iterator[PathRow]:
    about = ("tg-",)
    if isinstance(facts.target_groups, Unknown):
        yield _gap("target_group", GROUP, facts.target_groups, about)
        return
    health = {one.target_group_arn: one.targets for one in items(facts.groups_health)}
    for group in facts.target_groups.value:
        yield from _each("target_group", GROUP, about, [group], partial(_group, about))
        targets = health.get(group.target_group_arn)
        if targets is not None:
            yield from _each("target_group", HEALTH, ("hc-",), [targets], partial(_health, group))


def _group(about: tuple[str, ...], group: TargetGroup) -> Iterator[PathRow]:
    spoken = f"{group.protocol}:{group.port}" if group.protocol else group.target_type
    seen = f"{group.target_group_name}, {spoken}"
    yield PathRow(stage="target_group", label=GROUP, saw=same(seen), about=about, refs=(group.ref,))


def _health(group: TargetGroup, targets: Observed[tuple[TargetHealth, ...]]) -> Iterator[PathRow]:
    about = ("hc-",)
    if isinstance(targets, Unknown):
        yield _gap("target_group", HEALTH, targets, about)
        return
    states = [one.target_health.state for one in targets.value]
    reasons = dict.fromkeys(one.target_health.reason for one in targets.value)
    why = ", ".join(reason for reason in reasons if reason)
    healthy = states.count(HEALTHY)
    en = f"{healthy} of {len(states)} healthy" + (f": {why}" if why else "")
    ko = f"{len(states)}개 중 {healthy}개 정상" + (f": {why}" if why else "")
    seen = Text(en=en, ko=ko)
    good = healthy > 0 and "unhealthy" not in states
    yield PathRow(stage="target_group", label=HEALTH, saw=seen, good=good, about=about, refs=(group.ref,))


def _targets(facts: Facts) -> Iterator[PathRow]:
    about = ("target-", "net-")
    instances = {one.instance_id: one for one in items(facts.instances)}

    def draw(group_arn: str, described: TargetHealth) -> Iterator[PathRow]:
        target, state = described.target, described.target_health.state
        instance = instances.get(target.id)
        where = f", {instance.private_ip_address}, {instance.state.name}" if instance else ""
        how = "" if state == HEALTHY else f", {state}"
        refs = (target_ref(group_arn, target), Ref(Kind.TARGET_GROUP, group_arn))
        port = "" if target.port is None else f":{target.port}"
        seen = same(f"{target.id}{port}{where}{how}")
        yield PathRow(stage="target", label=TARGET, saw=seen, good=state == HEALTHY, about=about, refs=refs)

    for health in items(facts.groups_health):
        shown = items(health.targets)[:5]
        yield from _each("target", TARGET, about, shown, partial(draw, health.target_group_arn))


def _answers(facts: Facts) -> Iterator[PathRow]:
    about = ("tls-", "http-", "app-")
    if isinstance(facts.probes, Unknown):
        yield _gap("response", ANSWER, facts.probes, about)
        return
    answered = _visited(facts)
    for probe in answered[:4]:
        yield PathRow(stage="response", label=ANSWER, saw=same(_answer(probe)), about=about)
    if not answered:
        none = Text(en="the name has no address to ask", ko="요청을 보낼 주소가 없음")
        yield PathRow(stage="response", label=ANSWER, saw=none, about=about)


def _visited(facts: Facts) -> list[AddressProbe]:
    """The probes of the addresses that the name gives."""
    named = addresses_of(facts.host_answers, facts.resolver_answers)
    probed = facts.probes.value.addresses if isinstance(facts.probes, Known) else ()
    return [] if isinstance(named, Unknown) else [probe for probe in probed if probe.address in named]


def _answer(probe: AddressProbe) -> str:
    if probe.port_443.tcp is not Tcp.OPEN:
        https = f"443 {probe.port_443.tcp}"
    elif probe.https:
        https = f"https {_answered(probe.https)}"
    else:
        https = f"443 no TLS ({probe.with_sni.failure if probe.with_sni else '-'})"
    http = f"http {_answered(probe.http[:1])}" if probe.http else f"80 {probe.port_80.tcp}"
    return f"{probe.address}: {https}, {http}"


def _answered(hops: tuple[Exchange, ...]) -> str:
    """The last status on the way of the redirects, with the other name that they lead to, or why there is none."""
    last = hops[-1]
    statuses = [hop.status for hop in hops if hop.status is not None]
    if not statuses or not leads_away(hops):
        return str(statuses[-1]) if statuses else last.failure
    ended = "" if last.failure.startswith("not followed") else f" {last.status or last.failure}"
    return f"{statuses[0]} → {last.url}{ended}"
