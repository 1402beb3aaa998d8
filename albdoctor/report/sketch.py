"""What is drawn of the path: its things as nodes in the order of the request, from the rows of a report alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.report.model import Report, Row, RowStatus, Thing, WayReport
from albdoctor.report.path import THINGS
from albdoctor.text import Text, fill

Numbers = Callable[[Row], list[int]]
"""The steps behind the findings about a row."""

LABELS: dict[Thing, Text] = {thing: label for label, thing in THINGS.items()}
WORST_FIRST: tuple[RowStatus, ...] = ("error", "warning", "unknown", "info", "not-reached", "ok")
BROWSER = Text(en="browser", ko="브라우저")
ADDRESSES = Text(en="addresses", ko="주소")
TARGETS = Text(en="targets", ko="대상")
DEFAULT_RULE = Text(en="default rule", ko="기본 규칙")
RULE_NUMBER = Text(en="rule {priority}", ko="규칙 {priority}")
NO_ADDRESS = Text(en="none", ko="없음")
NOT_KNOWN = Text(en="not known", ko="알 수 없음")
SOME_CLIENTS = Text(en="some clients", ko="일부 클라이언트")
FORWARD = Text(en="forward", ko="전달")
FIXED = Text(en="fixed response {status}", ko="고정 응답 {status}")
MOST_GROUPS = 3


class Node(Struct, frozen=True, kw_only=True):
    """One thing of the drawing."""

    title: str
    saw: tuple[str, ...]
    """One text for each thing that it stands for."""
    also: tuple[str, ...] = ()
    """What is told where there is room."""
    share: str = ""
    """Of the requests, where it is a target group."""
    status: RowStatus
    steps: tuple[int, ...] = ()


class Lane(Struct, frozen=True, kw_only=True):
    """One protocol: its listener, the rule that takes the request, and the groups that get it."""

    listener: Node
    rule: Node | None
    """None: no listener takes the request."""
    groups: tuple[int, ...]
    """Which of the sketch's groups."""
    leads_to_https: bool = False
    """A redirect to the https lane beside it."""


class Behind(Struct, frozen=True, kw_only=True):
    """A target group and its targets."""

    group: Node
    targets: Node | None


class Sketch(Struct, frozen=True, kw_only=True):
    """The path of the request."""

    name: tuple[Node, ...]
    """Browser, registrar, name servers, record, addresses, and what stands in front of the load balancer."""
    balancer: Node
    lanes: tuple[Lane, ...]
    groups: tuple[Behind, ...]
    nobody_gets_through: bool
    """What lies behind the break is reached by nobody."""

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node, in the order of the request."""
        yield from self.name
        yield self.balancer
        for lane in self.lanes:
            yield lane.listener
        for lane in self.lanes:
            yield from (lane.rule,) if lane.rule else ()
        for behind in self.groups:
            yield behind.group
            yield from (behind.targets,) if behind.targets else ()

    @property
    def broken(self) -> Node | None:
        """The first thing on the way that an error is about; what visitors see of it is no thing of the way."""
        return next((node for node in self.nodes if node.status == "error" and node is not self.name[0]), None)


def sketch(report: Report, numbers: Numbers) -> Sketch:
    """Draw a report."""
    return _Drawn(report, numbers).sketch()


class _Drawn:
    def __init__(self, report: Report, numbers: Numbers) -> None:
        self.report, self.numbers = report, numbers
        self.rows = [row for stage in report.stages for row in stage.rows]
        self.findings = {one.fingerprint: one for one in report.findings}

    def sketch(self) -> Sketch:
        name = (
            self._browser(),
            self._node("registrar", self._of("registrar")),
            self._node("delegation", self._of("delegation")),
            self._node("record", self._of("record") or self._of("zone"), self._of("zone")),
        )
        groups = self._groups()
        # Where there are more than are drawn, the last one stands for all that are left.
        alone = len(groups) if len(groups) <= MOST_GROUPS else MOST_GROUPS - 1
        drawn = [([arn], shared) for arn, shared in groups[:alone]]
        drawn += [([arn for arn, _ in groups[alone:]], "")] if groups[alone:] else []
        behind = tuple(self._behind(arns, shared) for arns, shared in drawn)
        places = {arn: number for number, (arns, _) in enumerate(drawn) for arn in arns}
        ways = self.report.ways
        lanes = tuple(self._lane(way, places) for way in ways) or (self._unknown_lane(len(behind)),)
        front = (self._node("front", self._of("front")),) if self._of("front") else ()
        return Sketch(
            name=(*name, self._addresses(name), *front),
            balancer=self._node("balancer", self._of("balancer")),
            lanes=lanes,
            groups=behind,
            nobody_gets_through=self.report.request.served == "no",
        )

    def _of(self, thing: Thing) -> list[Row]:
        """The rows of a kind of thing: those on the way, or all where none is."""
        rows = [row for row in self.rows if row.thing == thing]
        return [row for row in rows if row.on_the_way] or rows

    def _say(self, text: Text, **values: str | int) -> str:
        return fill(text.of(self.report.lang), values)

    def _node(self, thing: Thing, rows: list[Row], beside: Iterable[Row] = ()) -> Node:
        every = [*rows, *beside]
        return Node(
            title=LABELS[thing].of(self.report.lang),
            saw=tuple(row.saw for row in rows) or (self._say(NOT_KNOWN),),
            status=_worst([row.status for row in every]),
            steps=self._steps(every),
        )

    def _steps(self, rows: Iterable[Row]) -> tuple[int, ...]:
        return tuple(sorted({number for row in rows for number in self.numbers(row)}))

    def _browser(self) -> Node:
        answers = self._of("answer")
        return Node(
            title=self._say(BROWSER),
            saw=_answers([row.saw for row in answers]) or (self._say(NOT_KNOWN),),
            also=(self.report.request.url,),
            status=_worst([row.status for row in answers]),
        )

    def _addresses(self, before: tuple[Node, ...]) -> Node:
        """The name's addresses; that there is none is told by whatever comes before, and stands behind it."""
        request = self.report.request
        none = request.served == "no" and not request.answers
        status: RowStatus = "ok" if request.answers else "error" if none else "unknown"
        if any(node.status == "error" for node in before[1:]):
            status = "not-reached"
        saw = tuple(one.address for one in request.answers)
        return Node(
            title=self._say(ADDRESSES), saw=saw or (self._say(NO_ADDRESS if none else NOT_KNOWN),), status=status
        )

    def _lane(self, way: WayReport, places: dict[str, int]) -> Lane:
        listeners = [row for row in self.rows if row.thing == "listener"]
        own = [row for row in listeners if way.listener and row.ref == way.listener]
        if not own and way.protocol == "https":
            arns = {row.ref for row in self.rows if row.thing == "balancer"}
            own = [row for row in listeners if row.ref in arns]
        certificates = self._of("certificate") if way.protocol == "https" else []
        title = f"{way.protocol} · {LABELS['listener'].of(self.report.lang)}"
        # The row's findings are told apart by what they are about: the rule has a node of its own.
        of_rule = {name for row in own for name in row.findings if self.findings[name].slug.startswith("rule-")}
        rows = [_without(row, of_rule, self._status_without) for row in own]
        seen = [row.saw.partition(" → ")[0] for row in own] or [self._say(NO_ADDRESS)]
        node = Node(
            title=title,
            saw=tuple(seen),
            also=tuple(row.saw.partition(", ")[2] or row.saw for row in certificates),
            status=_worst([row.status for row in (*rows, *certificates)]) if own else "not-reached",
            steps=self._steps((*rows, *certificates)),
        )
        redirect = way.does == "redirect" and way.to.startswith("https://") and way.protocol == "http"
        return Lane(
            listener=node,
            rule=self._rule(way, own, of_rule) if way.listener else None,
            groups=tuple(places[one.group] for one in way.groups if one.group in places),
            leads_to_https=redirect and any(one.protocol == "https" and one.listener for one in self.report.ways),
        )

    def _status_without(self, row: Row, names: set[str]) -> RowStatus:
        """The status of a row by its other findings."""
        left: list[RowStatus] = [self.findings[name].judged.value for name in row.findings if name not in names]
        told = bool(names & {*row.findings})
        if not told or row.status in ("unknown", "not-reached"):
            return row.status
        return _worst(left) if left else "ok"

    def _rule(self, way: WayReport, rows: list[Row], names: set[str]) -> Node:
        only = [_without(row, {*row.findings} - names, self._status_without) for row in rows]
        number = way.priority or "?"
        which = self._say(DEFAULT_RULE) if number == "default" else self._say(RULE_NUMBER, priority=number)
        does = {
            "forward": self._say(FORWARD),
            "redirect": f"{way.status} → {way.to}",
            "fixed-response": self._say(FIXED, status=way.status),
        }.get(way.does, self._say(NOT_KNOWN))
        status = _worst([row.status for row in only])
        if way.does == "not-known" and status == "ok":
            status = "unknown"
        return Node(title=which, saw=(does,), status=status, steps=self._steps(only))

    def _unknown_lane(self, groups: int) -> Lane:
        return Lane(
            listener=self._node("listener", self._of("listener"), self._of("certificate")),
            rule=None,
            groups=tuple(range(groups)),
        )

    def _groups(self) -> list[tuple[str, str]]:
        """The groups on the way by ARN, each with its share; where the rules are not known, those of the rows."""
        shared: dict[str, str] = {}
        for one in (one for way in self.report.ways for one in way.groups):
            share = self._say(SOME_CLIENTS) if one.share is None else f"{one.share:.0%}"
            shared.setdefault(one.group, share)
        if not self.report.ways:
            shared = {row.ref: "" for row in self._of("group")}
        return list(shared.items())

    def _behind(self, arns: list[str], share: str) -> Behind:
        own = {*arns}
        seen = [row for row in self.rows if row.thing == "group"]
        groups = [row for row in seen if row.ref in own] or [row for row in seen if not row.ref]
        health = [row for row in self.rows if row.thing == "health" and row.group in own]
        targets = [row for row in self.rows if row.thing == "target" and row.group in own]
        targets.sort(key=lambda row: WORST_FIRST.index(row.status))
        every = [*health, *targets]
        # "0 of 1 healthy: why" and "i-0abc:80, address, state": the rest is in the list of the path.
        said = tuple(row.saw if row.status == "unknown" else row.saw.partition(": ")[0] for row in health)
        named = tuple(row.saw.partition(", ")[0] for row in targets)
        behind = Node(
            title=self._say(TARGETS),
            saw=said or named,
            also=named if said else (),
            status=_worst([row.status for row in every]),
            steps=self._steps(every),
        )
        return Behind(group=replace(self._node("group", groups), share=share), targets=behind if every else None)


def _answers(saw: list[str]) -> tuple[str, ...]:
    """What the addresses answer, each answer once."""
    return tuple(dict.fromkeys(one.partition(": ")[2] or one for one in saw))


def _without(row: Row, names: set[str], status: Callable[[Row, set[str]], RowStatus]) -> Row:
    return replace(row, findings=tuple(one for one in row.findings if one not in names), status=status(row, names))


def _worst(statuses: Iterable[RowStatus]) -> RowStatus:
    """The worst of some; of none nothing is known."""
    ranked = sorted(statuses, key=WORST_FIRST.index)
    return ranked[0] if ranked else "unknown"
