"""What the checks of routes share: a finding for each route, or table without one, that loses packets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from albdoctor.checkup import Finding, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.next_hops import Hop
from albdoctor.derive.network.subnet_routes import ELSEWHERE
from albdoctor.derive.targets.astray import Stray, targets_of
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.text import Text, same
from albdoctor_checks.fixes.group import of_group

SOMETHING = Text(en="something that is not named", ko="이름이 없는 리소스")


def lost_packets(strays: Sequence[Stray]) -> Iterator[Finding]:
    """Report the packets that are lost, together where one route loses them."""
    together: dict[tuple[str, str], list[Stray]] = {}
    for one in strays:
        together.setdefault((one.table.route_table_id, one.lead.destination), []).append(one)
    for (table, destination), here in together.items():
        first, targets = here[0], targets_of(here)
        toward = tuple(dict.fromkeys(_written(one) for one in here))
        yield found(
            subject_of(targets),
            saw(asked.route_table(table), _seen(first, toward)),
            saw(*targets[0].health_line),
            key=f"{table} {destination}",
            fix_values=of_group(targets[0].group) | {"option": _option(destination)},
            table=table,
            destination=destination,
            via=first.lead.via or SOMETHING,
            toward=toward,
            balancer=first.balancer.load_balancer_name,
            vpc=first.balancer.vpc_id,
            subnets=tuple(dict.fromkeys(one.subnet_id for one in here)),
            targets=target_ids(targets),
        )


def _seen(stray: Stray, toward: Sequence[str]) -> Text:
    lead = stray.lead
    if not lead.destination:
        return Text(en=f"no route for {', '.join(toward)}", ko=f"경로 없음: {', '.join(toward)}")
    state = "blackhole" if lead.hop is Hop.BLACKHOLE else "active"
    return same(f"{lead.destination} -> {lead.via or ELSEWHERE} ({state})")


def _written(stray: Stray) -> str:
    """One address without its length."""
    whole = stray.toward.prefixlen == stray.toward.max_prefixlen
    return str(stray.toward.network_address) if whole else str(stray.toward)


def _option(destination: str) -> str:
    return "--destination-prefix-list-id" if destination.startswith("pl-") else "--destination-cidr-block"
