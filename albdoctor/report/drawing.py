"""The drawing of the path: where each box and wire of a sketch stands, wide for a desk, tall for a phone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from albdoctor.report import words
from albdoctor.report.model import RowStatus
from albdoctor.report.safe import plain
from albdoctor.report.sketch import Lane, Node, Sketch
from albdoctor.text import Lang, Text, fill, same

Shape = Literal["wide", "tall"]
PARTS = re.compile(", | (?=→)")
CELL = 7.2
"""Width in px of a Latin letter at the drawing's size of type, at most on average; others are two wide."""
PAD = 12
WIDE_BOX, WIDE_GAP, WIDE_HEIGHT, WIDE_LINES = 206, 32, 68, 2
TALL_WIDTH, TALL_GAP, TALL_ROW, TALL_HALF = 358, 8, 28, 46
TALL_TITLE = 128
"""Width of the titles that stand before what was seen."""
WHOLE = "100%"
DESCRIBED = same("{title}: {saw} ({status}{steps})")
STEPS = Text(en=", step {steps}", ko=", {steps}단계")


class Line(Struct, frozen=True):
    """A line of text in a box."""

    x: float
    y: float
    text: str


class Box(Struct, frozen=True, kw_only=True):
    """A node as it is drawn, in px."""

    x: float
    y: float
    width: float
    height: float
    status: RowStatus
    first: bool
    """The first thing on the way that is broken."""
    badges: tuple[tuple[float, float, int], ...]
    """Where the numbers of its steps stand."""
    sign: tuple[float, float]
    title: Line
    lines: tuple[Line, ...]


class Wire(Struct, frozen=True, kw_only=True):
    """A way from one node to the next: the path of its line, and where its cross stands if it is broken."""

    path: str
    tip: str
    """The path of its arrowhead."""
    kind: Literal["open", "broken", "behind"]
    cross: tuple[float, float] = (0, 0)


class Picture(Struct, frozen=True, kw_only=True):
    """A drawing, in px."""

    shape: Shape
    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]


def described(sketched: Sketch, lang: Lang) -> str:
    """The drawing in words, for those who do not see it."""

    def told(node: Node) -> str:
        steps = fill(STEPS.of(lang), {"steps": ", ".join(map(str, node.steps))}) if node.steps else ""
        status = words.STATUSES[node.status].of(lang)
        values = {"title": node.title, "saw": ", ".join(node.saw), "status": status, "steps": steps}
        return fill(DESCRIBED.of(lang), values)

    return "; ".join(map(told, sketched.nodes))


def picture(sketched: Sketch, shape: Shape, lang: Lang) -> Picture:
    """Lay out a sketch."""
    plan = _Wide(sketched, lang) if shape == "wide" else _Tall(sketched, lang)
    plan.draw()
    return Picture(
        shape=shape,
        width=plan.width,
        height=max(box.y + box.height for box in plan.boxes) + PAD,
        boxes=tuple(plan.boxes),
        wires=tuple(plan.wires),
    )


class _Plan:
    """Collects boxes and wires."""

    width: float = 0

    def __init__(self, sketched: Sketch, lang: Lang) -> None:
        self.sketch, self.lang = sketched, lang
        self.broken, self.passed = sketched.broken, False
        self.boxes: list[Box] = []
        self.wires: list[Wire] = []

    def wire(self, path: str, to: Node, cross: tuple[float, float], tip: str) -> None:
        """Draw a way; it is broken where it leads to the first thing that is."""
        if to is self.broken and not self.passed:
            self.wires.append(Wire(path=path, tip=tip, kind="broken", cross=cross))
            self.passed = True  # a cross stands once, though several ways lead to the thing
        else:
            unreached = self.passed and self.sketch.nobody_gets_through and to.status == "error"
            behind = to.status == "not-reached" or unreached
            self.wires.append(Wire(path=path, tip=tip, kind="behind" if behind else "open"))

    def straight(self, start: Box, end: Box, to: Node) -> None:
        """Draw a way from the right side of one box to the left side of another."""
        x, y, x2, y2 = start.x + start.width, start.y + start.height / 2, end.x, end.y + end.height / 2
        middle = (x + x2) / 2
        path = f"M{x:g} {y:g}H{x2:g}" if y == y2 else f"M{x:g} {y:g}H{middle:g}V{y2:g}H{x2:g}"
        self.wire(path, to, (middle, y2), f"M{x2:g} {y2:g}l-8 -5v10z")

    def down(self, start: Box, end: Box, to: Node) -> None:
        """Draw a way from under one box to the top of another."""
        x, y, x2, y2 = start.x + start.width / 2, start.y + start.height, end.x + end.width / 2, end.y
        middle = (y + y2) / 2
        path = f"M{x:g} {y:g}V{y2:g}" if x == x2 else f"M{x:g} {y:g}V{middle:g}H{x2:g}V{y2:g}"
        self.wire(path, to, (x2, middle), f"M{x2:g} {y2:g}l-5 -8h10z")

    def box(self, node: Node, at: tuple[float, float], size: tuple[float, float], lines: int) -> Box:
        """Draw a box with a title over its lines."""
        (x, y), (width, height) = at, size
        room = int((width - 2 * PAD) / CELL)
        beside = f" · {node.share}" if node.share else ""
        titled = lines > 1  # where there is one line, what is seen has more room than the title
        shown = wrapped(node.saw, room - (0 if titled else cells(beside)), lines)
        shown += wrapped(node.also, room, lines - len(shown)) if node.also and len(shown) < lines else []
        right = x + width - 15
        if not titled:
            shown[-1] += beside
        title = node.title + (beside if titled else "")
        made = Box(
            x=x,
            y=y,
            width=width,
            height=height,
            status=node.status,
            first=node is self.broken,
            badges=tuple((right - 20 * back, y + 1, step) for back, step in enumerate(reversed(node.steps), start=1)),
            sign=(right, y + 20),
            title=Line(x + PAD, y + 19, cut(title, int((width - PAD - 26) / CELL))),
            lines=tuple(Line(x + PAD, y + 37 + 17 * number, text) for number, text in enumerate(shown)),
        )
        self.boxes.append(made)
        return made


class _Wide(_Plan):
    """Two rows: whom the name leads to, and what becomes of the request there."""

    width = 5 * WIDE_BOX + 4 * WIDE_GAP + 2 * 2

    def draw(self) -> None:
        name = self._name()
        for start, end, node in zip(name, name[1:], self.sketch.name[1:], strict=False):
            self.straight(start, end, node)
        balancer = self._at(self.sketch.balancer, 0, 1)
        self.down(name[-1], balancer, self.sketch.balancer)
        groups = [self._at(one.group, 3, row) for row, one in enumerate(self.sketch.groups, start=1)]
        listeners = [self._lane(lane, row, balancer, groups) for row, lane in enumerate(self.sketch.lanes, start=1)]
        for group, row, one in zip(groups, range(1, 9), self.sketch.groups, strict=False):
            if one.targets:
                self.straight(group, self._at(one.targets, 4, row), one.targets)
        for lane, (_, rule) in zip(self.sketch.lanes, listeners, strict=True):
            if lane.leads_to_https and rule:
                self._back(rule, listeners[0][0], self.sketch.lanes[0].listener)

    def _name(self) -> list[Box]:
        """The first row: its boxes are as wide as fit side by side."""
        nodes = self.sketch.name
        width = min(WIDE_BOX, (self.width - 4 - WIDE_GAP * (len(nodes) - 1)) / len(nodes))
        size = (width, WIDE_HEIGHT)
        return [self.box(node, (2 + n * (width + WIDE_GAP), PAD), size, WIDE_LINES) for n, node in enumerate(nodes)]

    def _lane(self, lane: Lane, row: int, balancer: Box, groups: list[Box]) -> tuple[Box, Box | None]:
        listener = self._at(lane.listener, 1, row)
        self.straight(balancer, listener, lane.listener)
        rule = self._at(lane.rule, 2, row) if lane.rule else None
        if rule and lane.rule:
            self.straight(listener, rule, lane.rule)
        for number in lane.groups:
            self.straight(rule or listener, groups[number], self.sketch.groups[number].group)
        return listener, rule

    def _back(self, rule: Box, listener: Box, to: Node) -> None:
        """A redirect, from over the rule to under the https listener."""
        middle = (listener.y + listener.height + rule.y) / 2
        x, x2 = rule.x + rule.width / 2, listener.x + listener.width / 2 + 20
        end = listener.y + listener.height
        self.wire(f"M{x:g} {rule.y:g}V{middle:g}H{x2:g}V{end:g}", to, (x2, middle), f"M{x2:g} {end:g}l-5 8h10z")

    def _at(self, node: Node, column: int, row: int) -> Box:
        y = PAD + (WIDE_HEIGHT + 36) * min(row, 1) + (WIDE_HEIGHT + 22) * max(row - 1, 0)
        return self.box(node, (2 + column * (WIDE_BOX + WIDE_GAP), y), (WIDE_BOX, WIDE_HEIGHT), WIDE_LINES)


class _Tall(_Plan):
    """From top to bottom, https and http side by side."""

    width = TALL_WIDTH

    def draw(self) -> None:
        self.y = float(PAD)
        last: Box | None = None
        for node in (*self.sketch.name, self.sketch.balancer):
            box = self._row(node)
            if last:
                self.down(last, box, node)
            last = box
        balancer = self.boxes[-1]
        listeners = self._beside([lane.listener for lane in self.sketch.lanes])
        for lane, listener in zip(self.sketch.lanes, listeners, strict=True):
            if listener:
                self.down(balancer, listener, lane.listener)
        rules = self._beside([lane.rule for lane in self.sketch.lanes])
        groups = self._beside([one.group for one in self.sketch.groups])
        for lane, listener, rule in zip(self.sketch.lanes, listeners, rules, strict=True):
            if lane.rule and rule and listener:
                self.down(listener, rule, lane.rule)
            for number in lane.groups:
                end = groups[number]
                start = rule or listener
                if start and end:
                    self.down(start, end, self.sketch.groups[number].group)
            if lane.leads_to_https and rule and listeners[0]:
                self._back(rule, listeners[0])
        targets = self._beside([one.targets for one in self.sketch.groups])
        for one, group, end in zip(self.sketch.groups, groups, targets, strict=True):
            if group and end and one.targets:
                self.down(group, end, one.targets)

    def _row(self, node: Node) -> Box:
        """A box of one line: its title, and what was seen beside it."""
        room = TALL_WIDTH - 4 - TALL_TITLE - 28 - 20 * len(node.steps)
        y, right = self.y, TALL_WIDTH - 2 - 15
        share = f" · {node.share}" if node.share not in ("", WHOLE) else ""
        saw = wrapped(node.saw, int(room / CELL) - cells(share), 1)[0] + share
        made = Box(
            x=2,
            y=y,
            width=TALL_WIDTH - 4,
            height=TALL_ROW,
            status=node.status,
            first=node is self.broken,
            badges=tuple(
                (right - 20 * back, y + TALL_ROW / 2, step) for back, step in enumerate(reversed(node.steps), start=1)
            ),
            sign=(right, y + 20),
            title=Line(2 + PAD, y + 19, cut(node.title, int((TALL_TITLE - PAD) / CELL))),
            lines=(Line(2 + TALL_TITLE, y + 19, saw),),
        )
        self.boxes.append(made)
        self.y += TALL_ROW + TALL_GAP
        return made

    def _beside(self, nodes: Sequence[Node | None]) -> list[Box | None]:
        """Boxes side by side; a single one has the whole width and one line."""
        there = [node for node in nodes if node]
        if len(nodes) == 1:
            return [self._row(there[0]) if there else None]
        width = (TALL_WIDTH - 4 + TALL_GAP + 3) / max(len(nodes), 1)
        boxes = [
            self.box(node, (2 + number * width, self.y), (width - TALL_GAP - 3, TALL_HALF), 1) if node else None
            for number, node in enumerate(nodes)
        ]
        self.y += TALL_HALF + TALL_GAP if there else 0
        return boxes

    def _back(self, rule: Box, listener: Box) -> None:
        """A redirect, from beside the rule to the side of the https listener."""
        x, y = rule.x, rule.y + rule.height / 2
        end = listener.x + listener.width
        middle, y2 = (x + end) / 2, listener.y + listener.height / 2
        path, tip = f"M{x:g} {y:g}H{middle:g}V{y2:g}H{end:g}", f"M{end:g} {y2:g}l8 -5v10z"
        self.wire(path, self.sketch.lanes[0].listener, (middle, y2), tip)


def cells(text: str) -> int:
    """How many letters wide a text is; East Asian wide ones count twice."""
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)


def cut(text: str, room: int) -> str:
    """A text in so many cells: its middle is left out, so that both ends of a name are seen."""
    text = plain(text)
    if cells(text) <= room:
        return text
    head, tail = text, ""
    keep = max(room - cells("…"), 1)
    while head and cells(head) + cells(tail) > keep:
        head = head[:-1]
        if cells(tail) < keep // 3:
            tail = text[len(text) - len(tail) - 1 :]
    return f"{head}…{tail}"


def wrapped(saw: Sequence[str], room: int, most: int) -> list[str]:
    """What was seen, in at most so many lines; the last says how much more there is."""
    if len(saw) < most:
        return [cut(line, room) for line in _filled(saw, room, most)]
    rest = len(saw) - most
    more = f" +{rest}" if rest else ""
    *first, last = saw[:most]
    return [*(cut(line, room) for line in first), cut(last, room - len(more)) + more]


def _filled(saw: Sequence[str], room: int, most: int) -> list[str]:
    """Fill lines with the parts of what was seen; what is over stays on the last line."""
    lines: list[str] = []
    for text in saw:
        fresh = True
        for part in PARTS.split(text):
            joined = " " if part.startswith("→") else ", "
            fits = bool(lines) and cells(lines[-1]) + cells(part) + 2 <= room
            if lines and not fresh and (fits or len(lines) == most):
                lines[-1] += f"{joined}{part}"
            else:
                lines.append(part)
            fresh = False
    return lines
