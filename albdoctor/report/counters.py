"""What CloudWatch counted of the load balancers on the way, as the report tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from albdoctor.derive.request.courses import courses
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene
from albdoctor.facts.snapshot import Facts
from albdoctor.report import model
from albdoctor.text import Lang, Text

LABELS: Mapping[str, Text] = {
    "RequestCount": Text(en="requests", ko="요청"),
    "HTTPCode_ELB_3XX_Count": Text(en="3xx by the load balancer", ko="로드 밸런서의 3xx"),
    "HTTPCode_ELB_4XX_Count": Text(en="4xx by the load balancer", ko="로드 밸런서의 4xx"),
    "HTTPCode_ELB_5XX_Count": Text(en="5xx by the load balancer", ko="로드 밸런서의 5xx"),
    "HTTPCode_Target_2XX_Count": Text(en="2xx by targets", ko="대상의 2xx"),
    "HTTPCode_Target_3XX_Count": Text(en="3xx by targets", ko="대상의 3xx"),
    "HTTPCode_Target_4XX_Count": Text(en="4xx by targets", ko="대상의 4xx"),
    "HTTPCode_Target_5XX_Count": Text(en="5xx by targets", ko="대상의 5xx"),
    "ClientTLSNegotiationErrorCount": Text(en="TLS failures with clients", ko="클라이언트와 TLS 실패"),
    "RejectedConnectionCount": Text(en="connections rejected", ko="거부된 연결"),
    "TargetConnectionErrorCount": Text(en="connection failures to targets", ko="대상 연결 실패"),
    "TargetTLSNegotiationErrorCount": Text(en="TLS failures with targets", ko="대상과 TLS 실패"),
}
"""Each counter of `courses.SHOWN` and `courses.FAULTS`."""


def counters(facts: Facts, scene: Scene, lang: Lang) -> Iterator[model.CountersReport]:
    """Tell the counters of each load balancer that requests come to."""
    for one in courses(facts):
        if scene.way.of(one.balancer.ref) is Place.ON_THE_WAY:
            yield model.CountersReport(
                balancer=one.balancer.load_balancer_arn,
                hours=one.hours,
                until=one.until,
                period=one.period,
                counters=tuple(
                    model.CounterReport(
                        name=went.name, label=LABELS[went.name].of(lang), total=went.total, sums=went.sums
                    )
                    for went in one.counters
                ),
            )
