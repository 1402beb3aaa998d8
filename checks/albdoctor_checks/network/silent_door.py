"""What a finding about unanswered connection attempts adds: whether others' requests were counted."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import Evidence, saw
from albdoctor.derive import asked
from albdoctor.derive.request.silence import REQUESTS, Silence
from albdoctor.text import Text


def counted(silence: Silence) -> Iterator[Evidence]:
    """The requests that CloudWatch counted lately: somebody else got in."""
    hours = f"{silence.hours:g}"
    for name, total in silence.counted.items():
        told = Text(en=f"{total:g} in {hours} h", ko=f"{hours}시간 동안 {total:g}회")
        yield saw(asked.balancer_metric(REQUESTS, name), told)
