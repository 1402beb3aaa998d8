"""Scripts that write the whole list of actions of a rule, or of a listener's default rule, and the values they need."""

from __future__ import annotations

from albdoctor.facts.elb import Listener, Rule
from albdoctor.text import Value

OF_DEFAULT = "aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions {actions}\n"
OF_RULE = "aws elbv2 modify-rule --region {region} --rule-arn {rule} --actions {actions}\n"


def of_rule(listener: Listener, rule: Rule) -> dict[str, Value]:
    """The values by which words and scripts name a rule; `actions` is what the list is to be."""
    return {
        "region": listener.region,
        "listener": listener.listener_arn,
        "rule": rule.rule_arn,
        "protocol": listener.protocol,
        "port": listener.port,
        "priority": rule.priority,
    }
