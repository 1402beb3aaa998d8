"""Scaling activities of the lab's Auto Scaling groups: moto tells of none."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from msgspec import Struct

NAMESPACE = "http://autoscaling.amazonaws.com/doc/2011-01-01/"
OPERATION = "DescribeScalingActivities"


class Activity(Struct, frozen=True, kw_only=True):
    """One activity of a group, as Amazon EC2 Auto Scaling tells it."""

    group: str
    description: str
    cause: str
    at: datetime


class LabScaling:
    """What the Auto Scaling groups did."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.activities: list[Activity] = []

    def answer(self, body: bytes) -> tuple[list[tuple[str, str]], bytes]:
        """Tell the activities of the group that is asked for, the newest first: headers and body."""
        name = parse_qs(body.decode()).get("AutoScalingGroupName", [""])[0]
        its = [one for one in self.activities if not name or one.group == name]
        newest = sorted(its, key=lambda one: one.at, reverse=True)
        members = "".join(_member(number, one) for number, one in enumerate(newest))
        content = (
            f'<{OPERATION}Response xmlns="{NAMESPACE}"><{OPERATION}Result><Activities>{members}</Activities>'
            f"</{OPERATION}Result><ResponseMetadata><RequestId>lab</RequestId></ResponseMetadata></{OPERATION}Response>"
        ).encode()
        return [("Content-Type", "text/xml"), ("Content-Length", str(len(content)))], content


def _member(number: int, one: Activity) -> str:
    told = {
        "ActivityId": f"lab-{number}",
        "AutoScalingGroupName": one.group,
        "Description": one.description,
        "Cause": one.cause,
        "StartTime": one.at.isoformat(),
        "StatusCode": "Successful",
        "Progress": "100",
    }
    return f"<member>{''.join(f'<{name}>{escape(value)}</{name}>' for name, value in told.items())}</member>"
