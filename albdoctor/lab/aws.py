"""The AWS API of the lab: moto's server with an empty account, and what moto cannot."""

from __future__ import annotations

import io
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import boto3
import botocore.session
from botocore.config import Config
from moto.acm.models import acm_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs] - this part of moto has none
    DomainDispatcherApplication,
    create_backend_app,
)
from moto.route53.models import route53_backends
from moto.wafv2.models import wafv2_backends

from albdoctor.lab import aws_scaling
from albdoctor.lab.aws_acm import CaaOf, LabAcm, ResolveCname
from albdoctor.lab.aws_ec2 import LabEc2
from albdoctor.lab.aws_elb import Health, LabElb, TargetHealth
from albdoctor.lab.aws_lambda import LabLambda
from albdoctor.lab.aws_route53 import LabRoute53
from albdoctor.lab.aws_scaling import LabScaling
from albdoctor.lab.aws_ssm import LabSsm
from albdoctor.lab.distance import Distance
from albdoctor.lab.server import ApiServer
from albdoctor.lab.state import State
from albdoctor.lab.wire import Asked, RefusedError, asked, denial, error

REGION = "ap-northeast-2"
ACCESS_KEY = "AKIALABLABLABLABLAB1"
SECRET_KEY = "lab-secret-that-opens-nothing"  # noqa: S105 - no secret: moto takes any
SECOND_ACCOUNT = "210987654321"
"""Where somebody may keep DNS apart; whoever signs with its key is in it."""
SECOND_ACCESS_KEY = "AKIALABLABLABLABLAB2"
COUNTED_BEFORE = timedelta(minutes=2)
"""Counters appear in CloudWatch as if raised two minutes ago: a window that ends now holds them."""

_STANDING: list[AwsApi] = []
"""The one that is served in this process, if any."""


def _nobody(_name: str) -> str | None:
    return None


def _unchecked(_group: str, _target: str, port: int) -> Health:
    return Health("initial", "Elb.InitialHealthChecking", "Initial health checks in progress", port)


class AwsApi:
    """An AWS endpoint on loopback with an account of its own; one at a time in a process (moto's state is global)."""

    def __init__(
        self, resolve_cname: ResolveCname = _nobody, region: str = REGION, distance: Distance | None = None
    ) -> None:
        """Say where ACM looks for its validation CNAMEs; names may come and go while the lab runs."""
        self.region = region
        self.resolve_cname = resolve_cname
        self.caa_of: CaaOf = lambda _: []
        """Tells the CAA records that govern a name; as long as no DNS tree takes this place, there are none."""
        self.target_health: TargetHealth = _unchecked
        """Tells the health of a registered target; the lab's health checker takes this place."""
        self.on_change: list[Callable[[], None]] = []
        """Called after every request that may have changed the account, before its answer goes out."""
        self.requests: list[tuple[str, str]] = []
        """Every request so far: boto3's name of the service, the operation."""
        self.scanned: list[str] = []
        """IAM actions of every request so far that a scan made."""
        self.failures: list[str] = []
        """What moto could not answer: operation and the reason."""
        self.denied: set[str] = set()
        """IAM actions that are denied, as if a policy lacked them."""
        self.distance = distance or Distance()
        """How far away the Region is."""
        self.state = State(region)
        self.ssm = LabSsm(self.state)
        """Runs the tool's one command; moto would only say that it ran."""
        self.scaling = LabScaling()
        """What Auto Scaling groups did."""
        self.functions = LabLambda(region, DEFAULT_ACCOUNT_ID)
        """The functions that may be targets."""
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._server: ApiServer | None = None
        self._moto: Any = None

    def __enter__(self) -> Self:
        """Empty the account and serve it. Raises RuntimeError while another is served in this process."""
        if _STANDING:
            raise RuntimeError("a lab is already up in this process: a second one would empty it")
        # moto warns about errors that the API's model does not list, such as ELB's own UnsupportedCertificate
        warnings.filterwarnings("ignore", message=r"Exception\(", category=UserWarning, module=r"moto\.")
        _forget()
        self._install()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = ApiServer(self._answer)
        _STANDING.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error_: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving; the account is gone."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        if self._server:
            self._server.close()
        _forget()
        _STANDING.remove(self)

    # --- for clients -----------------------------------------------------------------------------------------

    @property
    def endpoint(self) -> str:
        """URL of the endpoint, for every service and Region."""
        if self._server is None:
            raise RuntimeError("the AWS API of the lab is not running")
        return self._server.endpoint

    def environment(self) -> dict[str, str]:
        """Environment variables with which any AWS client, SDK or the AWS CLI, uses this account and nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_PAGER": "",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def client(self, service: str, region: str | None = None, access_key: str = ACCESS_KEY) -> Any:  # noqa: ANN401 - boto3 makes clients at run time
        """A boto3 client of the account of a key; the user's own configuration plays no part."""
        key = (service, region or self.region, access_key)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = _session().client(
                    service,
                    region_name=key[1],
                    endpoint_url=self.endpoint,
                    aws_access_key_id=access_key,
                    aws_secret_access_key=SECRET_KEY,
                    config=Config(proxies={}, retries={"total_max_attempts": 1}),
                )
            return self._clients[key]

    # --- for the rest of the lab -------------------------------------------------------------------------------

    def issue(self, arn: str, not_before: datetime | None = None, not_after: datetime | None = None) -> None:
        """Make a certificate one that was validated earlier, whatever DNS says now; may also let it have ended."""
        acm: Any = acm_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]
        acm.issue(arn, not_before, not_after)

    def make_unfit(self, arn: str, **kind: str) -> None:
        """Make a certificate one that no load balancer takes: `CertificateUsage="CLIENT_AUTH_ONLY"`."""
        acm: Any = acm_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]
        acm.make_unfit(arn, **kind)

    def time_out(self, arn: str) -> None:
        """Let the 72 hours pass in which a certificate must be validated."""
        acm: Any = acm_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]
        acm.time_out(arn)

    def renew_in_vain(self, arn: str, **summary: str) -> None:
        """Make a certificate one that ACM tried to renew: `RenewalStatus="PENDING_VALIDATION"`."""
        acm: Any = acm_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]
        acm.renew_in_vain(arn, **summary)

    def names_of(self, arn: str) -> tuple[str, ...]:
        """The names on a certificate."""
        acm: Any = acm_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]
        certificate = acm.get_certificate(arn)
        return tuple(getattr(certificate, "names", None) or certificate.sans)

    def count(
        self,
        metric: str,
        load_balancer_arn: str,
        target_group_arn: str | None = None,
        value: float = 1.0,
        *,
        minutes: float = 0.0,
    ) -> None:
        """Raise a CloudWatch counter of a balancer, and of a group behind it, so many minutes ago."""
        balancer = {"Name": "LoadBalancer", "Value": load_balancer_arn.split(":loadbalancer/")[-1]}
        dimensions = [[balancer]]
        if target_group_arn:
            dimensions.append([balancer, {"Name": "TargetGroup", "Value": target_group_arn.split(":")[-1]}])
        ago = COUNTED_BEFORE + timedelta(minutes=minutes)
        at = (datetime.now(UTC) - ago).replace(tzinfo=None)  # moto compares naive times
        cloudwatch: Any = cloudwatch_backends[DEFAULT_ACCOUNT_ID][load_balancer_arn.split(":")[3]]
        data = [
            {"MetricName": metric, "Value": value, "Dimensions": which, "Timestamp": at, "Unit": "Count"}
            for which in dimensions
        ]
        with self._lock:
            cloudwatch.put_metric_data("AWS/ApplicationELB", data)

    def forget(self, metric: str) -> None:
        """Drop what CloudWatch holds of a metric: it is out of every window."""
        cloudwatch: Any = cloudwatch_backends[DEFAULT_ACCOUNT_ID][self.region]
        with self._lock:
            cloudwatch.metric_data = [one for one in cloudwatch.metric_data if one.name != metric]

    # --- the endpoint ----------------------------------------------------------------------------------------

    def _install(self) -> None:
        """Let moto build this account's services from the lab's classes."""

        def elb(region_name: str, account_id: str) -> LabElb:
            backend = LabElb(region_name, account_id)
            backend.target_health = lambda group, target, port: self.target_health(group, target, port)
            backend.may_invoke = self.functions.may_invoke
            return backend

        def acm(region_name: str, account_id: str) -> LabAcm:
            backend = LabAcm(region_name, account_id)
            backend.resolve_cname = lambda name: self.resolve_cname(name)
            backend.caa_of = lambda name: self.caa_of(name)
            return backend

        services: Iterable[tuple[Any, Any]] = (
            (ec2_backends, LabEc2),
            (elbv2_backends, elb),
            (acm_backends, acm),
            (route53_backends, LabRoute53),
        )
        for backends, make in services:
            for account_id in (DEFAULT_ACCOUNT_ID, SECOND_ACCOUNT):
                account: Any = backends[account_id]
                account.backend = make

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, by moto or, where moto cannot, by an error that no client retries."""
        arrived = time.monotonic()
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if f"Credential={SECOND_ACCESS_KEY}/" in environ.get("HTTP_AUTHORIZATION", ""):
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = SECOND_ACCOUNT
        request = asked(environ, body)
        self.requests.append((request.service, request.operation))
        if request.of_scan:
            self.scanned.append(request.action)
        if request.action in self.denied:
            status, headers, content = denial(request)
        else:
            status, headers, content = self._ask_moto(environ, request)
            if request.changes:
                for notify in list(self.on_change):
                    notify()
        if request.of_scan:
            self.distance.back_in_thread("aws", _in_words(request, environ, body), arrived, content)
        start_response(status, headers)
        return [content]

    def _ask_moto(self, environ: dict[str, Any], request: Asked) -> tuple[str, list[tuple[str, str]], bytes]:
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
            began.append((status, headers))

        if environ.get("PATH_INFO", "").startswith("/moto-api"):
            return self._refused(request, "InvalidAction", "moto's own controls are closed: they would end the lab")
        try:
            if request.service == "ssm":
                return "200 OK", *self.ssm.answer(request.operation, environ["wsgi.input"].read())
            if request.service == "lambda":
                path, sent = environ["PATH_INFO"], environ["wsgi.input"].read()
                return "200 OK", *self.functions.answer(request.operation, path, sent)
            if (request.service, request.operation) == ("autoscaling", aws_scaling.OPERATION):
                return "200 OK", *self.scaling.answer(environ["wsgi.input"].read())
            if request.operation == "DescribeTargetHealth":  # sends requests of its own and may take its time
                content = b"".join(self._moto(environ, start))
            else:
                with self._lock:
                    content = b"".join(self._moto(environ, start))
        except RefusedError as refusal:
            return "400 Bad Request", *error(request, refusal.code, str(refusal))
        except NotImplementedError as missing:
            return self._refused(request, "InvalidAction", str(missing))
        except Exception as crash:  # noqa: BLE001 - a fault of moto's must reach the client as an answer
            return self._refused(request, "InternalFailure", f"{type(crash).__name__}: {crash}")
        status, headers = began[-1]
        code = int(status.split()[0])
        if code >= 500 or (code >= 400 and _is_html(headers)):
            return self._refused(request, "InvalidAction", f"moto answered {status}")
        return status, headers, content

    def _refused(self, request: Asked, code: str, why: str) -> tuple[str, list[tuple[str, str]], bytes]:
        self.failures.append(f"{request.service} {request.operation}: {code}: {why}")
        message = f"The action {request.operation} is not valid for this web service."
        headers, content = error(request, code, message if code == "InvalidAction" else why)
        return "400 Bad Request", headers, content


@lru_cache
def _session() -> Any:  # noqa: ANN401 - boto3.Session.client has an overload for each of 400 services
    """A session that reads neither the user's profile nor their files; one for all labs, as it reads models slowly."""
    alone: dict[str, Any] = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    return boto3.Session(botocore_session=botocore.session.Session(session_vars=alone))


def _in_words(request: Asked, environ: dict[str, Any], body: bytes) -> str:
    """The whole question in one line: the same for the same question."""
    where = f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}".rstrip("/?")
    return f"{request.action} {request.region} {where}{body.decode('latin-1')}"


def _is_html(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether an answer is a page of Flask's: the route does not exist. Moto's XML has that label without charset."""
    return any(name.lower() == "content-type" and value.startswith("text/html; charset") for name, value in headers)


def _forget() -> None:
    """Drop everything that any account of moto holds in this process."""
    for backends in (ec2_backends, elbv2_backends, acm_backends, route53_backends, cloudwatch_backends, wafv2_backends):
        backends.clear()
    BackendDict.reset()
    reset_model_data()
