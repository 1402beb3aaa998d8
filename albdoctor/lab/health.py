"""Target health by really sending the health check's request, as a balancer's node does."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass

from albdoctor.lab.aws_elb import Health
from albdoctor.lab.loop import LOOPBACK
from albdoctor.lab.packets import Packets
from albdoctor.lab.places import Places
from albdoctor.lab.state import Balancer, Group, Instance, State
from albdoctor.lab.tls import unverified

CLOCK = 0.6
"""The lab's clock is faster than AWS's: a timeout of 5 seconds, the default, is 3 here."""
USER_AGENT = "ELB-HealthChecker/2.0"
DEFAULT_PORTS = {"HTTP": 80, "HTTPS": 443}

UNUSED_GROUP = Health(
    "unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"
)
UNUSED_ZONE = Health(
    "unused", "Target.NotInUse", "Target is in an Availability Zone that is not enabled for the load balancer"
)
UNUSABLE = Health("unused", "Target.IpUnusable", "The IP address is in use by a load balancer")
FAILED = Health("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
DRAINING = Health("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")


@dataclass(frozen=True)
class HealthChecker:
    """Checks targets of groups; the words are AWS's (elasticloadbalancing, `TargetHealth`)."""

    state: State
    packets: Packets
    inside: Places

    def check(self, group_arn: str, target_id: str, target_port: int) -> Health:
        """Check one registered target now."""
        group = self.state.group(group_arn)
        if group is None or group.type == "lambda":
            return Health("unavailable", "Target.HealthCheckDisabled", "Health checks are not enabled for this target")
        if group.type == "alb":
            return self._check_balancer(target_id, target_port)
        port = group.port_checked(target_port)
        found = self._check(group, target_id, port)
        return Health(found.state, found.reason, found.description, port)

    def unused(self, group: Group, target_id: str) -> Health | None:
        """Why a target gets neither health checks nor requests; None: it gets both. Sends nothing."""
        balancers = self._balancers(group)
        if not balancers:
            return UNUSED_GROUP
        if target_id in group.draining:
            return DRAINING
        if any(node.address == target_id for balancer in self.state.balancers() for node in balancer.nodes):
            return UNUSABLE
        instance = self.state.target(target_id)
        if group.type == "instance" and (instance is None or not instance.running):
            return _invalid(instance.state if instance else "terminated")
        if instance and all(instance.interface.zone not in balancer.zones for balancer in balancers):
            return UNUSED_ZONE
        return None

    def _check(self, group: Group, target_id: str, port: int) -> Health:
        if unused := self.unused(group, target_id):
            return unused
        instance = self.state.target(target_id)
        if instance is None or not self._reached(self._balancers(group), instance, port):
            return _timeout()
        return self._send(group, instance.interface.address, port)

    def _check_balancer(self, arn: str, port: int) -> Health:
        """A load balancer as a target is well as long as it listens."""
        balancer = self.state.balancer(arn)
        if balancer and any(listener.port == port for listener in balancer.listeners):
            return Health("healthy", port=port)
        return Health("unhealthy", "Target.FailedHealthChecks", "Health checks failed", port)

    def _balancers(self, group: Group) -> list[Balancer]:
        return [one for one in map(self.state.balancer, group.balancers) if one]

    def _reached(self, balancers: list[Balancer], instance: Instance, port: int) -> bool:
        """Whether every node's packets reach the target."""
        nodes = [node for balancer in balancers for node in balancer.nodes]
        return all(self.packets.node_to_instance(node, instance, port) for node in nodes)

    def _send(self, group: Group, address: str, port: int) -> Health:
        try:
            inside, seconds = self.inside.port_of(address, port), CLOCK * group.check_timeout
            status = request(group.check_protocol, address, port, group.check_path, inside, seconds)
        except TimeoutError:
            return _timeout()
        except (OSError, http.client.HTTPException):  # refused, reset, no TLS, no HTTP
            return FAILED
        if group.version != "HTTP1":  # HTTP/2, which no process of the lab knows
            return FAILED
        if matches(status, group.matcher):
            return Health("healthy")
        return Health("unhealthy", "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]")


def request(protocol: str, address: str, port: int, path: str, loopback_port: int, seconds: float) -> int:
    """Send a health check's request over a fresh connection; give the status.

    Redirects are not followed, certificates not verified. Raises `OSError` (refused, reset, TLS failed),
    `TimeoutError` (silence) or `http.client.HTTPException` (no HTTP).
    """
    raw = socket.create_connection((LOOPBACK, loopback_port), seconds)
    connection = http.client.HTTPConnection(address, port, timeout=seconds)
    try:
        connection.sock = unverified().wrap_socket(raw) if protocol == "HTTPS" else raw
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", address if DEFAULT_PORTS.get(protocol) == port else f"{address}:{port}")
        connection.putheader("User-Agent", USER_AGENT)
        connection.putheader("Connection", "close")
        connection.endheaders()
        with connection.getresponse() as response:
            return response.status
    finally:
        connection.close()
        raw.close()


def matches(status: int, matcher: str) -> bool:
    """Whether a status is among "200", "200,302" or "200-399"."""
    for part in matcher.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


def _timeout() -> Health:
    return Health("unhealthy", "Target.Timeout", "Request timed out")


def _invalid(state: str) -> Health:
    return Health("unused", "Target.InvalidState", f"Target is in the {state} state")
