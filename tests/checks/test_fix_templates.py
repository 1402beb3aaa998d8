"""Every Terraform and CloudFormation counterpart of a fix, filled as a scan prints it, is read by those tools."""

from __future__ import annotations

import sys

import pytest

from albdoctor.checkup import registry
from albdoctor.checkup.fix import Fix
from albdoctor.text import Values, fill_cloudformation, fill_terraform
from tests.support.build import BALANCER_ARN, GROUP_ARN, LISTENER_443_ARN
from tests.support.build_dns import CERTIFICATE_ARN
from tests.support.templates import cloudformation_errors, terraform

pytestmark = pytest.mark.process

VALUES: Values = {
    "arn": LISTENER_443_ARN,
    "better": CERTIFICATE_ARN,
    "certificate": CERTIFICATE_ARN,
    "check_port": "traffic-port",
    "check_protocol": "HTTP",
    "codes": "200,301",
    "account": "123456789012",
    "function_arn": "arn:aws:lambda:ap-northeast-2:123456789012:function:shop",
    "group": GROUP_ARN,
    "group_id": "sg-0abc1234",
    "guards": ("sg-0abc1234",),
    "interval": 30,
    "listener": LISTENER_443_ARN,
    "longer": "300",
    "new_name": "web-http",
    "new_names": ("web-http", "web-http-2"),
    "balancer": "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/50dc6c495c0c9188",
    "new_port": 8080,
    "new_protocol": "HTTP",
    "path": "/health: #1?deep=1",
    "new_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "port": 443,
    "source": "sg-0def5678",
    "spoken": "HTTPS",
    "target_type": "ip",
    "vpc": "vpc-0abc1234",
    "wait": 10,
}
"""What the placeholders stand for; `arn` is a listener's or a balancer's."""


def declared() -> dict[str, Fix]:
    """Every fix that a check or what it imports declares, by a name of it."""
    fixes = {f"{check.id} {number}": fix for check in registry.load() for number, fix in enumerate(check.fixes, 1)}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("albdoctor_checks."):
            here = {f"{name}.{held}": fix for held, fix in vars(module).items() if isinstance(fix, Fix)}
            fixes |= {at: fix for at, fix in here.items() if fix not in fixes.values()}
    return fixes


FIXES = declared()


def values_of(template: str) -> Values:
    """The values for a template: a listener hangs on a balancer."""
    return {**VALUES, "arn": BALANCER_ARN} if "LoadBalancerArn" in template else VALUES


@pytest.mark.parametrize("name", [name for name, fix in FIXES.items() if fix.terraform])
def test_terraform_reads_it(name: str) -> None:
    assert terraform(fill_terraform(FIXES[name].terraform, VALUES))


@pytest.mark.parametrize("name", [name for name, fix in FIXES.items() if fix.cloudformation])
def test_cloudformation_has_nothing_against_it(name: str) -> None:
    template = FIXES[name].cloudformation
    assert cloudformation_errors(fill_cloudformation(template, values_of(template))) == []


def test_several_security_groups_are_one_list_for_terraform() -> None:
    shut = {fix.terraform for fix in FIXES.values() if "{guards}" in fix.terraform}
    assert len(shut) == 2, "for one port, and for the ephemeral range"
    read = [str(terraform(fill_terraform(one, {**VALUES, "guards": ("sg-1", "sg-2")}))) for one in shut]
    assert [one for one in read if 'toset(["sg-1", "sg-2"])' not in one] == []


def test_a_template_that_is_wrong_is_noticed() -> None:
    with pytest.raises(Exception, match="Unexpected token"):
        terraform('health_check {\n  matcher = "200\n}\n')
    assert cloudformation_errors("Matcher: 200\n")
    assert cloudformation_errors("HealthCheckTimeout: 5\n")
