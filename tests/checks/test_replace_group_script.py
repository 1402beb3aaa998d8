"""The script that replaces a target group, run as printed: what it keeps, and that a failure leaves all as it was."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from albdoctor.checkup.engine import run_one
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb401_tg_https_target_speaks_http import tg_https_target_speaks_http as check
from tests.checks.test_alb4_scripts import Account, account
from tests.support.build import group, listener, rule
from tests.support.build_targets import health, https_group, plain, probed, scene, unhealthy

pytestmark = pytest.mark.lab
_fixture = account
OIDC: dict[str, Any] = {
    "Type": "authenticate-oidc",
    "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://login.example",
        "AuthorizationEndpoint": "https://login.example/a",
        "TokenEndpoint": "https://login.example/t",
        "UserInfoEndpoint": "https://login.example/u",
        "ClientId": "shop",
    },
}


def shim(folder: Path, body: str) -> str:
    """A PATH on which `aws` is these lines first; `real` runs the AWS CLI."""
    real = Path(sys.executable).parent / "aws"
    program = folder / "aws"
    program.write_text(f'#!/bin/bash\nreal() {{ {real} "$@"; }}\n{body}\nreal "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return f"{folder}:{os.environ['PATH']}"


def script_for(account: Account, arn: str, listeners: tuple[Any, ...], rules: tuple[Any, ...]) -> str:
    """The script of the group's finding: its target speaks plain HTTP on port 80."""
    facts = scene(
        target_groups=(group(**account.described(arn)),),
        groups_health=health(unhealthy(443, id_=account.instance), group_arn=arn),
        listeners=listeners,
        rules=rules,
        target_probes=(
            msgspec.structs.replace(probed(plain(80), port=443, id_=account.instance), target_group_arn=arn),
        ),
    )
    (finding,) = run_one(facts, check).findings
    return "set -euo pipefail\n" + fill_script((finding.fix or check.fixes[0]).script, finding.values)


def state(account: Account) -> Any:
    """Everything of the account's load balancing."""
    elb = account.elb
    listeners = elb.describe_listeners(LoadBalancerArn=account.balancer)["Listeners"]
    groups = elb.describe_target_groups()["TargetGroups"]
    return (
        listeners,
        [elb.describe_rules(ListenerArn=one["ListenerArn"])["Rules"] for one in listeners],
        groups,
        [elb.describe_target_group_attributes(TargetGroupArn=one["TargetGroupArn"])["Attributes"] for one in groups],
        [account.registered(one["TargetGroupArn"]) for one in groups],
        elb.describe_tags(ResourceArns=[one["TargetGroupArn"] for one in groups])["TagDescriptions"],
    )


def run(account: Account, script: str, path: str = "") -> subprocess.CompletedProcess[str]:
    env = account.keys | ({"PATH": path} if path else {})
    return subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=False)


def shared(account: Account) -> tuple[str, str]:
    """A group that a listener with a login and two rules forward to, one of them with weights and stickiness."""
    old = account.serve("HTTPS", 443)["TargetGroupArn"]
    other = account.elb.create_target_group(Name="bystander", Protocol="HTTP", Port=80, VpcId=account.vpc)
    beside = other["TargetGroups"][0]["TargetGroupArn"]
    account.elb.modify_listener(
        ListenerArn=account.listener,
        DefaultActions=[OIDC, {"Type": "forward", "Order": 2, "TargetGroupArn": old}],
    )
    weighted = {
        "TargetGroups": [{"TargetGroupArn": old, "Weight": 9}, {"TargetGroupArn": beside, "Weight": 1}],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
    }
    account.elb.create_rule(
        ListenerArn=account.listener,
        Priority=2,
        Conditions=[{"Field": "path-pattern", "Values": ["/shop/*"]}],
        Actions=[{"Type": "forward", "ForwardConfig": weighted}],
    )
    account.elb.add_tags(ResourceArns=[old], Tags=[{"Key": "Team", "Value": "shop"}, {"Key": "Empty", "Value": ""}])
    account.elb.modify_target_group_attributes(
        TargetGroupArn=old, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "17"}]
    )
    return old, beside


def script_of_shared(account: Account, old: str) -> str:
    told = account.elb.describe_rules(ListenerArn=account.listener)["Rules"]
    actions = [{"Type": "forward", "TargetGroupArn": old}]
    rules = tuple(
        rule(one["Priority"], RuleArn=one["RuleArn"], ListenerArn=account.listener, Actions=actions)
        for one in told
        if not one["IsDefault"]
    )
    return script_for(account, old, (listener(ListenerArn=account.listener, DefaultActions=actions),), rules)


def test_all_that_forwards_is_repointed_and_keeps_what_it_had(account: Account, tmp_path: Path) -> None:
    old, beside = shared(account)
    sent = tmp_path / "sent"
    path = shim(tmp_path, f'[[ $2 != modify-listener ]] || printf %s "${{@: -1}}" > {sent}')
    done = run(account, script_of_shared(account, old), path)
    assert done.returncode == 0, done.stderr
    (new,) = account.elb.describe_target_groups(Names=["web-http"])["TargetGroups"]
    arn = new["TargetGroupArn"]
    assert account.registered(arn) == [(account.instance, 80)]
    kept = {
        one["Key"]: one["Value"]
        for one in account.elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    }
    assert kept["deregistration_delay.timeout_seconds"] == "17"
    (told,) = account.elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert {one["Key"]: one["Value"] for one in told["Tags"]} == {"Team": "shop", "Empty": ""}
    rules = {
        one["Priority"]: one["Actions"] for one in account.elb.describe_rules(ListenerArn=account.listener)["Rules"]
    }
    assert rules["1"][0]["TargetGroupArn"] == arn
    weights = rules["2"][0]["ForwardConfig"]
    assert [(one["TargetGroupArn"], one["Weight"]) for one in weights["TargetGroups"]] == [(arn, 9), (beside, 1)]
    assert weights["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 60}
    login, action = json.loads(sent.read_text())
    assert login == {
        **OIDC,
        "AuthenticateOidcConfig": {**OIDC["AuthenticateOidcConfig"], "UseExistingClientSecret": True},
    } | {key: login[key] for key in login.keys() - OIDC.keys()}
    assert action["TargetGroupArn"] == arn


@pytest.mark.parametrize(
    ("command", "left"),
    [
        ("describe-target-groups", "nothing"),
        ("create-target-group", "nothing"),
        ("describe-target-group-attributes", "nothing"),
        ("modify-target-group-attributes", "nothing"),
        ("describe-tags", "nothing"),
        ("add-tags", "nothing"),
        ("register-targets", "nothing"),
        ("describe-listeners", "the new group"),
    ],
)
def test_what_fails_before_traffic_moves_leaves_all_as_it_was(
    account: Account, tmp_path: Path, command: str, left: str
) -> None:
    old, _ = shared(account)
    script, before = script_of_shared(account, old), state(account)
    done = run(account, script, shim(tmp_path, f"[[ $2 != {command} ]] || {{ echo AccessDenied >&2; exit 254; }}"))
    assert done.returncode != 0
    after = state(account)
    assert after[:2] == before[:2]
    if left == "nothing":
        assert after == before


def taken(account: Account, name: str) -> str:
    """Another site's group. Equal settings: AWS would answer with it, and it would get the shop's requests."""
    made = account.elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=account.vpc)
    arn: str = made["TargetGroups"][0]["TargetGroupArn"]
    return arn


def test_another_sites_group_of_this_name_is_never_taken(account: Account) -> None:
    old, _ = shared(account)
    theirs = taken(account, "web-http")
    done = run(account, script_of_shared(account, old))
    assert done.returncode == 0, done.stderr
    names = {one["TargetGroupName"] for one in account.elb.describe_target_groups()["TargetGroups"]}
    assert "web-http-2" in names
    assert account.registered(theirs) == []
    assert theirs not in str(state(account)[:2])


def test_where_every_name_is_taken_nothing_changes(account: Account) -> None:
    old, _ = shared(account)
    for end in ("", *(f"-{number}" for number in range(2, 10))):
        taken(account, f"web-http{end}")
    before = state(account)
    done = run(account, script_of_shared(account, old))
    assert (done.returncode != 0, "web-http-9" in done.stderr) == (True, True)
    assert state(account) == before


def test_nothing_is_looped_over_where_nothing_forwards() -> None:
    seen = scene(
        unhealthy(443), target_groups=(https_group(),), target_probes=(probed(plain(443), port=443),), rules=()
    )
    (finding,) = run_one(seen, check).findings
    script = fill_script(check.fixes[0].script, finding.values)
    assert "\nmove_listener arn" in script
    assert "move_rule arn" not in script
    assert "for " not in script.partition("control=")[2]


def test_a_target_control_port_is_kept(account: Account, tmp_path: Path) -> None:
    old, _ = shared(account)
    sent = tmp_path / "sent"
    told = "[[ $* != *TargetGroups\\[0\\].TargetControlPort* ]] || { echo 3000; exit; }"
    path = shim(tmp_path, f'{told}\n[[ $2 != create-target-group ]] || echo "$*" > {sent}')
    run(account, script_of_shared(account, old), path)
    assert " --target-control-port 3000 " in sent.read_text()
