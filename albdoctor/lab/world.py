"""One whole lab: an AWS account, the DNS tree, registrar, resolver, hosts and load balancers, all on loopback."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from moto.acm.models import acm_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_acm import LabCertificate, sent_chain
from albdoctor.lab.ca import Bought, CertificateAuthority
from albdoctor.lab.cdn import Cdn
from albdoctor.lab.distance import Distance
from albdoctor.lab.dns import DnsServers, Place
from albdoctor.lab.ground import Ground
from albdoctor.lab.hosts import Hosts
from albdoctor.lab.loop import Loop
from albdoctor.lab.pages import Pages
from albdoctor.lab.places import Places
from albdoctor.lab.registration import RDAP_HOST, RegistrationServers
from albdoctor.lab.registry import Registry
from albdoctor.lab.resolver import RESOLVER_ADDRESS, Resolver
from albdoctor.lab.tree import Tree

KEPT = ("LANG", "LC_ALL", "TERM", "TMPDIR", "COLUMNS", "NO_COLOR", "SYSTEMROOT")
"""Variables of the caller that a client in the lab may see; nothing of AWS, proxies or Python."""


class World:
    """A lab that lives as long as its context; one at a time in a process (moto's state is global)."""

    def __init__(self) -> None:
        """Prepare; nothing listens before the context is entered."""
        self.registry = Registry()
        self.distance = Distance()
        """How far away from a scan everything is."""
        self.aws = AwsApi(distance=self.distance)
        self.tree = Tree(self.registry, self.aws.state)
        self.aws.resolve_cname = self.tree.resolve_cname
        self.aws.caa_of = self.tree.caa_of
        self._loop = Loop("lab", self.distance)
        self.internet = Places()
        """Places of addresses as the internet sees them."""
        self._dns = DnsServers(self.tree, self._loop)
        self.resolver = Resolver(self.tree, self._loop)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start every server."""
        with ExitStack() as stack:
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="albdoctor-lab-")))
            self.authority = CertificateAuthority(self.folder)
            self.trust_anchor.write_text(self.anchor)
            stack.enter_context(self._loop)
            stack.enter_context(self.internet)
            stack.enter_context(self.aws)
            self.ground = stack.enter_context(Ground(self.aws, self._loop, self.internet, self._certificate))
            self.cdn = stack.enter_context(Cdn(self._loop, self.internet, self.ground.front))
            stack.enter_context(self._dns)
            stack.enter_context(self.resolver)
            tls = self.authority.server_context((RDAP_HOST,))
            self._registration = stack.enter_context(RegistrationServers(self.registry, self._loop, tls))
            self.pages = stack.enter_context(Pages(self._loop, self.internet))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every server and remove the files."""
        self._stack.close()

    def _certificate(self, arn: str) -> tuple[str, str]:
        """The files of an ACM certificate, chain and key in one: signed by the lab's authority, or as imported."""
        acm: Any = acm_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]
        held: Any = acm.get_certificate(arn)
        if isinstance(held, LabCertificate):
            path = self.authority.certificate_for(arn, held.names, (held.not_before, held.not_after))
        else:
            path = self.authority.file_of(Bought(held.cert, held.key, (sent_chain(held),)))
        return str(path), str(path)

    @property
    def hosts(self) -> Hosts:
        """The machines and their processes."""
        return self.ground.hosts

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a client in the lab: its AWS account, this Python's commands, a home of its own."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        commands = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
        return kept | {"PATH": commands, "HOME": str(self.folder)} | self.aws.environment()

    @property
    def roots(self) -> tuple[str, ...]:
        """The pretend addresses of the DNS roots, for `--dns-root`."""
        return self._dns.roots

    @property
    def anchor(self) -> str:
        """The DS record of the root's key, as a zone file has it."""
        return f". IN DS {self.tree.signers['.'].ds}\n"

    @property
    def trust_anchor(self) -> Path:
        """The file that holds it, for `--trust-anchor`."""
        return self.folder / "root.ds"

    @property
    def resolver_place(self) -> Place:
        """Where the recursive resolver really listens, for clients that take an address and a port."""
        return self.resolver.place

    @property
    def connect_to(self) -> list[str]:
        """Rules for `--connect-to`: where on loopback every pretend address is."""
        places = self._dns.places | self._registration.places | {(RESOLVER_ADDRESS, 53): self.resolver.place}
        return [
            *(f"{host}:{port}:{to}:{at}" for (host, port), (to, at) in places.items()),
            *self.internet.connect_to(),
        ]

    @property
    def flags(self) -> list[str]:
        """Flags of a scan in the lab: where the DNS roots, the resolver and every pretend address are."""
        words: list[str] = []
        for root in self.roots:
            words += ["--dns-root", root]
        words += ["--trust-anchor", str(self.trust_anchor)]
        words += ["--resolver", RESOLVER_ADDRESS, "--ca-bundle", str(self.authority.bundle)]
        for rule in self.connect_to:
            words += ["--connect-to", rule]
        return words
