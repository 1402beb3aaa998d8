"""The way to the lab's AWS endpoint: microburst's protocol-aware faults, and behind it a proxy that bends answers."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import aiohttp
from aiohttp import web
from microburst.app import make_app  # type: ignore[import-untyped]  # microburst has no types
from microburst.core.pipeline import Microburst  # type: ignore[import-untyped]  # microburst has no types
from microburst.detection import detect  # type: ignore[import-untyped]  # microburst has no types

from albdoctor.lab.loop import LOOPBACK
from tests.faults.aws_bends import BENDS, Answer, bend_of
from tests.faults.fault import Fault

HOP_BY_HOP = frozenset({"host", "content-length", "transfer-encoding", "connection", "keep-alive", "date", "server"})

THROTTLED = {
    "ec2": ("RequestLimitExceeded", 503),
    "acm": ("ThrottlingException", 400),
    "route53domains": ("ThrottlingException", 400),
}
EXPIRED = {
    "ec2": ("RequestExpired", 400),
    "acm": ("ExpiredTokenException", 400),
    "route53domains": ("ExpiredTokenException", 400),
}
SKEWED = {
    "ec2": ("RequestTimeTooSkewed", 403),
    "acm": ("InvalidSignatureException", 400),
    "route53domains": ("InvalidSignatureException", 400),
}
STALE = "Signature expired: 20200101T000000Z is now earlier than 20260101T000000Z"
HANG_MS = 60_000


def microburst_rule(fault: Fault, where: str) -> dict[str, Any]:
    """Write a fault as microburst's rule."""
    service, _, operation = where.partition(":")
    rule: dict[str, Any] = {"service": service}
    if operation != "*":
        rule["operation"] = operation
    return rule | _effect(fault, service)


def _effect(fault: Fault, service: str) -> dict[str, Any]:
    lot = fault.lot(service)
    match fault.kind:
        case "aws-throttled":
            code, status = THROTTLED.get(service, ("Throttling", 400))
            return {"error": {"code": code, "status": status, "message": "Rate exceeded"}}
        case "aws-throttled-once":
            code, status = THROTTLED.get(service, ("Throttling", 400))
            return {"error": {"code": code, "status": status, "message": "Rate exceeded"}, "times": 1}
        case "aws-500":
            return {"error": {"code": "InternalFailure", "status": 500, "message": "An internal error occurred"}}
        case "aws-503":
            return {"error": {"code": "ServiceUnavailable", "status": 503, "message": "Service unavailable"}}
        case "aws-expired-token":
            code, status = EXPIRED.get(service, ("ExpiredToken", 403))
            return {"error": {"code": code, "status": status, "message": "The security token has expired"}}
        case "aws-clock-skew":
            code, status = SKEWED.get(service, ("SignatureDoesNotMatch", 403))
            return {"error": {"code": code, "status": status, "message": STALE}}
        case "aws-reset":
            return {"reset": True}
        case "aws-reset-once":
            return {"reset": True, "times": 1}
        case "aws-slow":
            least = lot.randrange(100, 1500)
            return {"latency": {"min": least, "max": least * 2}}
        case "aws-hangs":
            return {"timeout_ms": HANG_MS}
        case "aws-truncated":
            return {"response": {"truncate_frac": lot.uniform(0.05, 0.95)}}
        case "aws-cut":
            return {"response": {"abort_frac": lot.uniform(0.05, 0.95)}}
        case "aws-corrupt":
            return {"response": {"corrupt_bytes": lot.randrange(1, 32)}}
        case _:
            raise LookupError(f"microburst has no {fault.kind}")


BY_MICROBURST = (
    "aws-throttled", "aws-throttled-once", "aws-500", "aws-503", "aws-expired-token", "aws-clock-skew", "aws-reset",
    "aws-reset-once", "aws-slow", "aws-hangs", "aws-truncated", "aws-cut", "aws-corrupt",
)  # fmt: skip
KINDS = (*BY_MICROBURST, *BENDS)
"""Every kind of fault of AWS."""


class AwsProxy:
    """One scan's way to AWS at a time; faults come and go. Everything but `endpoint` runs in the faults' loop."""

    def __init__(self, upstream: str) -> None:
        """Lead to an endpoint."""
        self._upstream = upstream
        self._faults: tuple[Fault, ...] = ()
        self._asked = 0
        self._runners: list[web.AppRunner] = []
        self._client: aiohttp.ClientSession | None = None
        self._microburst: Any = None
        self.endpoint = ""
        self.heard: list[tuple[str, bytes]] = []
        """The honest answers of the current scan: service and operation, body."""

    async def open(self) -> None:
        """Start both proxies."""
        self._client = aiohttp.ClientSession(auto_decompress=False, trust_env=False)
        bender = web.Application(client_max_size=2**26)
        bender.router.add_route("*", "/{tail:.*}", self._bend)
        behind = await self._serve(bender)
        self._microburst = Microburst(behind)
        self.endpoint = await self._serve(make_app(self._microburst))

    async def close(self) -> None:
        """Stop both."""
        for runner in reversed(self._runners):
            await runner.cleanup()
        if self._client:
            await self._client.close()

    async def misbehave(self, faults: Sequence[Fault]) -> None:
        """Do this from now on, and nothing else."""
        self._faults, self._asked = tuple(fault for fault in faults if bend_of(fault.kind)), 0
        self.heard = []
        rules = [microburst_rule(fault, where) for fault in faults if not bend_of(fault.kind) for where in fault.where]
        self._microburst.engine.set_rules(rules)

    async def _serve(self, app: web.Application) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, LOOPBACK, 0)
        await site.start()
        port: int = runner.addresses[0][1]
        return f"http://{LOOPBACK}:{port}"

    async def _bend(self, request: web.Request) -> web.Response:
        assert self._client
        body = await request.read()
        seen: Any = detect(request.headers, request.method, request.rel_url.raw_path, request.rel_url.query, body)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        url = f"{self._upstream}{request.rel_url.raw_path_qs}"
        async with self._client.request(request.method, url, data=body, headers=headers) as answer:
            content, status = await answer.read(), answer.status
            told = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
        content_type = told.pop("Content-Type", "application/octet-stream")
        self.heard.append((f"{seen.service}:{seen.operation}", content))
        for fault in self._faults:
            if any(_fits(where, str(seen.service), str(seen.operation)) for where in fault.where):
                self._asked += 1
                lot: Random = fault.lot(seen.operation, self._asked)
                bend = bend_of(fault.kind)
                assert bend
                content, content_type = bend(Answer(content, content_type, str(seen.operation), lot))
        return web.Response(body=content, status=status, headers=told | {"Content-Type": content_type})


def _fits(where: str, named: str, operation: str) -> bool:
    service, _, wanted = where.partition(":")
    return service in (named, "*") and wanted in (operation, "*")
