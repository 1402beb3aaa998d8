"""`-v`: what was asked, and how long it took, on stderr."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from albdoctor.streams import tell
from albdoctor.text import Lang, Text, fill

WIDTH = 80
KINDS = {
    "dns": Text(en="DNS questions", ko="DNS 질의"),
    "tcp": Text(en="TCP connections", ko="TCP 연결"),
    "tls": Text(en="TLS handshakes", ko="TLS 핸드셰이크"),
    "http": Text(en="HTTP requests", ko="HTTP 요청"),
    "registry": Text(en="RDAP and WHOIS questions", ko="RDAP 및 WHOIS 질의"),
}
ASKED = Text(en="asked {count} questions in {seconds} s", ko="질문 {count}건, {seconds}초 소요")
ONE = Text(en="asked 1 question in {seconds} s", ko="질문 1건, {seconds}초 소요")


@contextmanager
def telling_what_was_asked(*, shown: bool, lang: Lang) -> Generator[None]:
    """Tell it when the block has ended; with an exception nothing is told."""
    if not shown:
        yield
        return
    from albdoctor.collect.tally import counting

    started = time.monotonic()
    with counting() as counted:
        yield
    for line in lines(counted, time.monotonic() - started, lang):
        tell(line)


def lines(counted: Counter[str], seconds: float, lang: Lang) -> list[str]:
    """The sum, AWS's actions by how often, then the other kinds in the order of a request."""
    from albdoctor.report.columns import wrapped

    actions = {name: count for name, count in counted.items() if name not in KINDS}
    aws = [f"{name} × {count}" for name, count in sorted(actions.items(), key=lambda one: (-one[1], one[0]))]
    others = [f"{name.of(lang)} × {counted[kind]}" for kind, name in KINDS.items() if counted[kind]]
    title = ONE if counted.total() == 1 else ASKED
    said = [f"albdoctor: {fill(title.of(lang), {'count': counted.total(), 'seconds': f'{seconds:.1f}'})}"]
    for told in (aws, others):
        # A count stays beside what it counts.
        whole = [one.replace(" ", "\N{NO-BREAK SPACE}") for one in told]
        text = ", ".join(whole)
        said += [f"  {line}".replace("\N{NO-BREAK SPACE}", " ") for line in wrapped(text, WIDTH - 2) if line]
    return said
