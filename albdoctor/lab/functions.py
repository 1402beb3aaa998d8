"""A site that a Lambda function serves, instead of a server on an instance."""

from __future__ import annotations

from albdoctor.lab.actors import RepairError
from albdoctor.lab.aws_lambda import BALANCING, PAGE
from albdoctor.lab.build import forward
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport

FUNCTION, SID = "shop", "elb"


def serve_by_function(shop: Shop) -> None:
    """Let a function serve the site: it permits its target group, is registered there, and gets all requests."""
    elb = shop.client("elbv2")
    function = shop.world.aws.functions.make(FUNCTION)
    made = elb.create_target_group(Name="shop-function", TargetType="lambda")
    before, shop.group = shop.group, str(made["TargetGroups"][0]["TargetGroupArn"])
    permit(shop, SID, shop.group)
    elb.register_targets(TargetGroupArn=shop.group, Targets=[{"Id": function}])
    shop.set_default_action(443, forward(shop.group))
    elb.delete_target_group(TargetGroupArn=before)


def permit(shop: Shop, statement_id: str, group: str) -> None:
    """Let the function's policy permit a target group."""
    shop.client("lambda").add_permission(
        FunctionName=FUNCTION,
        StatementId=statement_id,
        Action="lambda:InvokeFunction",
        Principal=BALANCING,
        SourceArn=group,
    )


def make_it_anew(shop: Shop) -> None:
    """The function was deleted and made again under its name: nobody has permitted anything on that one."""
    shop.world.aws.functions.make(FUNCTION)


def break_the_code(shop: Shop) -> None:
    """A deployment of the function raises an error at every request."""
    shop.world.aws.functions.of(FUNCTION).answer = None


def mend_the_code(shop: Shop, finding: FindingReport) -> None:
    """Read the log as the instructions say, and deploy a function that answers."""
    if f"aws logs tail /aws/lambda/{FUNCTION} " not in finding.fix.by_hand:
        raise RepairError(f"the instructions of {finding.slug} read no log")
    shop.world.aws.functions.of(FUNCTION).answer = PAGE


def permit_another_group(shop: Shop) -> None:
    """The permission was moved to a target group of the same name that is gone."""
    shop.client("lambda").remove_permission(FunctionName=FUNCTION, StatementId=SID)
    permit(shop, SID, f"{shop.group.rpartition('/')[0]}/0123456789abcdef")
