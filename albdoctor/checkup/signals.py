"""What a defect breaks and what a symptom shows: one signal on one path makes the one the cause of the other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

Signal: TypeAlias = Literal[
    "arrival",
    "zone-asked",
    "record",
    "signatures",
    "validation",
    "certificate",
    "certificate-choice",
    "served-name",
    "served-certificate",
    "tls-alike",
    "listener-protocol",
    "https-listener",
    "nodes",
    "https-port",
    "ipv6",
    "http-port",
    "redirect-port",
    "redirects",
    "forwarding",
    "start",
    "registration",
    "targets",
    "connection",
    "packets",
    "health",
    "response",
]

MEANINGS: Mapping[Signal, str] = MappingProxyType(
    {
        "arrival": "visitors of the name come to the load balancer",
        "zone-asked": "the world asks the hosted zone of the account",
        "record": "the zone that is asked has the host's record",
        "signatures": "resolvers that validate take what the zone's servers say",
        "validation": "the certificate's validation record is public",
        "certificate": "an issued certificate for the name is where the listener can use it",
        "certificate-choice": "a listener has a certificate that covers the name",
        "served-name": "the certificate that clients are shown covers the name",
        "served-certificate": "the certificate that clients are shown is one of the listener's",
        "tls-alike": "every address of the name does TLS as the others do",
        "listener-protocol": "the listener that speaks HTTPS is on 443",
        "https-listener": "there is an HTTPS listener that clients can be sent to",
        "nodes": "the load balancer can make the nodes that it needs",
        "https-port": "port 443 of the name's addresses accepts connections",
        "ipv6": "the name's IPv6 addresses do TLS where its IPv4 addresses do",
        "http-port": "port 80 of the name's addresses accepts connections",
        "redirect-port": "there is a listener on the port that a redirect leads to",
        "redirects": "redirects end",
        "forwarding": "the load balancer forwards the request instead of answering it",
        "start": "a server has the time that it needs to start",
        "registration": "what runs the servers registers them in the group",
        "targets": "the group has a target that the load balancer may use",
        "connection": "the port that is checked accepts connections",
        "packets": "packets get from the load balancer to the target and back",
        "health": "a target is healthy",
        "response": "a target answers requests",
    }
)
"""Each signal in words: what holds as long as nothing breaks it."""
