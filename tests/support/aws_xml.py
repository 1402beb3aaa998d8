"""Whole structures of AWS's answers in XML."""

from __future__ import annotations


def group_xml(arn: str, target_type: str = "instance") -> str:
    """A target group, as an item of DescribeTargetGroups."""
    members = {
        "TargetGroupArn": arn, "TargetGroupName": "web", "TargetType": target_type, "Protocol": "HTTP", "Port": "80",
        "ProtocolVersion": "HTTP1", "VpcId": "vpc-1", "LoadBalancerArns": "", "HealthCheckEnabled": "true",
        "HealthCheckProtocol": "HTTP", "HealthCheckPort": "traffic-port", "HealthCheckPath": "/",
        "HealthCheckIntervalSeconds": "30", "HealthCheckTimeoutSeconds": "5", "HealthyThresholdCount": "5",
        "UnhealthyThresholdCount": "2", "Matcher": "<HttpCode>200</HttpCode>",
    }  # fmt: skip
    return f"<member>{''.join(f'<{name}>{value}</{name}>' for name, value in members.items())}</member>"
