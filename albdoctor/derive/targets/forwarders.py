"""Which listeners and rules forward to which target group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.facts.elb import Listeners, Rules, TargetGroup
from albdoctor.facts.elb_actions import Action


class Forwarders(Struct, frozen=True, kw_only=True):
    """Whatever forwards to a group, with a weight of 0 too; by the group's ARN."""

    listeners: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, tuple[str, ...]]

    def listeners_to(self, group: TargetGroup) -> tuple[str, ...]:
        """ARNs of the listeners whose default action forwards to the group."""
        return self.listeners.get(group.target_group_arn, ())

    def rules_to(self, group: TargetGroup) -> tuple[str, ...]:
        """ARNs of the rules, default ones aside, that forward to the group."""
        return self.rules.get(group.target_group_arn, ())


@derivation
def forwarders(listeners: Listeners, rules: Rules) -> Forwarders:
    """Read every action once."""
    return Forwarders(
        listeners=_by_group((one.listener_arn, one.default_actions) for one in listeners),
        rules=_by_group((one.rule_arn, one.actions) for one in rules if not one.is_default),
    )


def _by_group(senders: Iterable[tuple[str, tuple[Action, ...]]]) -> Mapping[str, tuple[str, ...]]:
    towards: dict[str, dict[str, None]] = defaultdict(dict)
    for arn, actions in senders:
        for action in actions:
            for entry in action.groups:
                towards[entry.target_group_arn][arn] = None
    return {group: tuple(arns) for group, arns in towards.items()}
