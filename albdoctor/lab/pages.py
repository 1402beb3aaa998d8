"""Web servers outside AWS: the registrar's parking page, and the old site at another provider."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from albdoctor.lab.http import Response, read_request
from albdoctor.lab.loop import Loop
from albdoctor.lab.places import Places
from albdoctor.lab.serving import Behaviour, Closed, Connection, Servers
from albdoctor.lab.tree import PARKING_ADDRESS

FOREIGN_ADDRESS = "192.0.2.90"
"""Where the zone at the foreign DNS provider points."""
FOREIGN_ADDRESS_6 = "2001:db8:f::90"
"""The same server over IPv6 (RFC 3849)."""
MOVED = "<html><title>Old shop</title><p>We have moved.</p></html>"
PAGES = {
    PARKING_ADDRESS: "<html><title>Gabia parking</title><p>This domain is parked.</p></html>",
    FOREIGN_ADDRESS: MOVED,
}
HEADERS = (("Server", "nginx"), ("Content-Type", "text/html"))


class Pages:
    """Plain HTTP on port 80 of each address; port 443 refuses."""

    def __init__(self, loop: Loop, internet: Places) -> None:
        """Prepare; they serve once the context is entered."""
        self._servers = Servers(loop, internet)

    def __enter__(self) -> Self:
        """Start serving."""
        for address, page in PAGES.items():
            self._serve(address, page)
        return self

    def serve_over_ipv6(self) -> None:
        """Let the old site answer over IPv6 too: only then scans of the lab see any IPv6, and ask for it."""
        self._serve(FOREIGN_ADDRESS_6, MOVED)

    def _serve(self, address: str, page: str) -> None:
        self._servers.set(address, 80, _page(page))
        self._servers.set(address, 443, Closed.REFUSED)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self._servers.close()


def _page(page: str) -> Behaviour:
    async def handle(connection: Connection) -> bytes:
        request = await read_request(connection.reader)
        return Response(200, page.encode(), HEADERS).encode(request.method)

    return Behaviour(handle)
