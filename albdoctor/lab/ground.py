"""The network of the lab put together: balancers, hosts and the way between them, for one AWS account."""

from __future__ import annotations

import contextlib
import http.client
import socket
from types import TracebackType
from typing import Self

from albdoctor.lab.aws import AwsApi
from albdoctor.lab.front import Front
from albdoctor.lab.health import HealthChecker
from albdoctor.lab.hosts import Hosts
from albdoctor.lab.loop import LOOPBACK, Loop
from albdoctor.lab.packets import Packets
from albdoctor.lab.places import Places
from albdoctor.lab.sni import CertificateFor
from albdoctor.lab.tls import unverified

CLIENT_SECONDS = 10.0


class Ground:
    """Everything that carries packets. It follows the account: every change by the API takes effect at once."""

    def __init__(self, api: AwsApi, loop: Loop, internet: Places, certificate_for: CertificateFor) -> None:
        """Stand on an account, a loop and places that run; certificates come from the lab's authority."""
        self._api = api
        self._stack = contextlib.ExitStack()
        self.internet = internet
        """Places of addresses as the internet sees them: what `--connect-to` leads to."""
        self.inside = Places()
        """Places of private addresses as the balancer's nodes see them."""
        self.packets = Packets(api.state)
        self.checker = HealthChecker(api.state, self.packets, self.inside)
        self.hosts = Hosts(api.state, self.packets, loop, self.inside, self.internet)
        self.front = Front(api, self.packets, self.checker, loop, self.inside, self.internet, certificate_for)

    def __enter__(self) -> Self:
        """Open the places and follow the account."""
        for part in (self.inside, self.hosts, self.front):
            self._stack.enter_context(part)
        self._api.target_health = self.checker.check
        self._api.ssm.listening = self.hosts.listening
        self._api.ssm.saved_rules = self.hosts.saved_rules
        self._api.on_change.append(self.sync)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self._api.on_change.remove(self.sync)
        self._stack.close()

    def sync(self) -> None:
        """Bring every place up to date with the account."""
        self.hosts.sync()
        self.front.sync()

    def traffic(
        self, requests: int = 3, host: str = "shop.example", path: str = "/", *, tls: bool = True
    ) -> list[int | None]:
        """Let clients send requests to the first open balancer; give each status, None where no answer came.

        CloudWatch's counters move by this and by nothing else.
        """
        return [self._client_request(host, path, tls=tls) for _ in range(requests)]

    def _client_request(self, host: str, path: str, *, tls: bool) -> int | None:
        node = min(self._api.state.balancers(), key=lambda one: one.internal).nodes[0]
        port = self.internet.port_of(node.public or node.address, 443 if tls else 80)
        connection = http.client.HTTPConnection(host, timeout=CLIENT_SECONDS)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.sock = socket.create_connection((LOOPBACK, port), CLIENT_SECONDS)
            if tls:
                connection.sock = unverified().wrap_socket(connection.sock, server_hostname=host)
            connection.request("GET", path, headers={"Host": host, "Connection": "close"})
            with connection.getresponse() as response:
                return response.status
        return None
