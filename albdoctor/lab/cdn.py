"""CloudFront in front of a load balancer: it ends TLS, asks the origin over https, and adds its headers."""

from __future__ import annotations

import ssl
from dataclasses import replace
from types import TracebackType
from typing import Self

from albdoctor.lab.front import Front
from albdoctor.lab.http import Request, Response, read_request
from albdoctor.lab.loop import Loop
from albdoctor.lab.nameservers import EDGE_ADDRESSES
from albdoctor.lab.places import Places
from albdoctor.lab.rules import own_answer
from albdoctor.lab.serving import Behaviour, Closed, Connection, Servers

ORIGIN_FACING = "192.0.2.128/28"
"""From where it asks origins (TEST-NET-1); AWS keeps the real ranges in a prefix list."""
ASKS_FROM = "192.0.2.130"
FAILURES = {Closed.REFUSED: 502, Closed.SILENT: 504}
"""What it answers itself where the origin takes no connection (CloudFront guide, "HTTP 502" and "HTTP 504")."""
ADDED = (
    ("Via", "1.1 3f2a1b0c9d8e7f60.cloudfront.net (CloudFront)"),
    ("X-Amz-Cf-Pop", "ICN57-P1"),
    ("X-Amz-Cf-Id", "Zk1-Zx0bJYw3Vb7c0lV8iQ=="),
)


class Cdn:
    """One distribution, which serves once it is told for whom."""

    def __init__(self, loop: Loop, internet: Places, front: Front) -> None:
        """Stand in front of the balancers."""
        self._servers = Servers(loop, internet)
        self._front = front
        self.adds: tuple[tuple[str, str], ...] = ()
        """Custom headers of the origin: what it sends there beside what a visitor sends."""

    def __enter__(self) -> Self:
        """Serve nobody yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self._servers.close()

    def distribute(self, origin: str, context: ssl.SSLContext) -> None:
        """Serve what the balancer of an ARN answers, with this certificate; port 80 leads to https."""

        async def handle(connection: Connection) -> bytes:
            request = await read_request(connection.reader)
            if not connection.tls:
                location = f"https://{request.host}{request.target}"
                return self._own(301, ("Location", location)).encode(request.method)
            return (await self._fetch(origin, request)).encode(request.method)

        behaviour = Behaviour(handle, tls=lambda: context)
        for address in EDGE_ADDRESSES:
            for port in (80, 443):
                self._servers.set(address, port, behaviour)

    async def _fetch(self, origin: str, request: Request) -> Response:
        came = await self._front.fetch(origin, 443, replace(request, headers=(*self.adds, *request.headers)), ASKS_FROM)
        if isinstance(came, Closed):
            return self._own(FAILURES[came], ("X-Cache", "Error from cloudfront"))
        return Response(came.status, came.body, (*came.headers, ("X-Cache", "Miss from cloudfront"), *ADDED))

    @staticmethod
    def _own(status: int, *headers: tuple[str, str]) -> Response:
        """An answer that it makes itself."""
        page = own_answer(status)
        return Response(status, page.body, (("Server", "CloudFront"), ("Content-Type", "text/html"), *headers, *ADDED))
