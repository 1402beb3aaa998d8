"""What becomes of http:// at load balancers that speak https too: by their rules, and as it was seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.redirect_loops import next_url
from albdoctor.derive.request.visits import Visit, Visits
from albdoctor.derive.routing.routes import Hop
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.wire import Exchange


class PlainHttp(Struct, frozen=True, kw_only=True):
    """The scanned URL over http:// at one load balancer that has an HTTP:80 and an HTTPS:443 listener."""

    visit: Visit
    hop: Hop
    first: tuple[Exchange, ...] = ()
    """The first answer at each of its addresses, as far as they were seen."""
    down: tuple[Exchange, ...] = ()
    """Answers over https that lead to http."""

    @property
    def serves(self) -> bool:
        """Whether the rule gives a page: it forwards, or answers with a status of 2xx itself."""
        effect = self.hop.effect
        return effect is not None and (effect.kind == "forward" or 200 <= effect.status < 300)

    @property
    def content(self) -> tuple[Exchange, ...]:
        """The answers that are a page."""
        return tuple(one for one in self.first if 200 <= (one.status or 0) < 300)

    @property
    def led_on(self) -> bool:
        """Whether visitors were seen to be led to https: the application does it."""
        return not self.content and any(next_url(one).startswith("https://") for one in self.first)


OverHttp: TypeAlias = tuple[PlainHttp, ...]


@derivation
def over_http(visits: Visits, own_probes: Observed[OwnProbes]) -> Iterator[PlainHttp]:
    """Bring http:// to each load balancer that could lead it to https."""
    probes = own_probes.value if isinstance(own_probes, Known) else ()
    for visit in visits:
        plain = visit.alb.listener_on(80)
        if plain is None or plain.protocol != "HTTP" or visit.alb.https_listener is None:
            continue
        own = [one.probe for one in probes if one.balancer.ref == visit.alb.ref]
        https = (exchange for probe in own for exchange in probe.https)
        yield PlainHttp(
            visit=visit,
            hop=[*visit.journeys][1][0],
            first=tuple(exchange for probe in own for exchange in probe.http[:1] if exchange.status),
            down=tuple(one for one in https if next_url(one).startswith("http://")),
        )
