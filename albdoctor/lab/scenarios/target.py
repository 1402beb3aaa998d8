"""Faults of the target itself: the instance, the process on its port."""

from __future__ import annotations

from albdoctor.lab import apps
from albdoctor.lab.actors import start
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import LIKELY, LOOKS_INTO_HOSTS, Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.text import Text


def stop_instance(shop: Shop) -> None:
    """Somebody stopped the server overnight."""
    shop.builder.stop(shop.machine)


SCENARIOS = (
    Scenario(
        name="nothing-on-port",
        about=Text(
            en="No process listens on the server.",
            ko="서버에서 수신하는 프로세스가 없습니다.",
        ),
        plan=Plan(servers={}, open_to_world=True),
        expected=(
            cause("target-no-process-on-port"),
            effect("hc-connection-refused"),
            effect("tg-all-unhealthy-fail-open"),
        ),
        repairs={"target-no-process-on-port": start(apps.plain(), 80)},
    ),
    Scenario(
        name="target-bound-to-loopback",
        about=Text(
            en="The server listens on 127.0.0.1 only; the scan looks into the host.",
            ko="서버가 127.0.0.1에서만 수신합니다. 호스트 내부까지 점검합니다.",
        ),
        plan=Plan(servers={80: apps.on_loopback_only()}),
        expected=(
            cause("target-bound-to-loopback"),
            effect("hc-connection-refused", LIKELY),
            effect("tg-all-unhealthy-fail-open"),
        ),
        options=LOOKS_INTO_HOSTS,
        repairs={"target-bound-to-loopback": start(apps.plain(), 80)},
    ),
    Scenario(
        name="instance-stopped",
        about=Text(
            en="The only server is stopped.",
            ko="하나뿐인 서버가 중지되어 있습니다.",
        ),
        plan=Plan(then=(stop_instance,)),
        expected=(cause("target-instance-not-running"), effect("rule-forwards-to-empty-group")),
    ),
)
