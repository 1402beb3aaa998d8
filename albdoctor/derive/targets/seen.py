"""One registered target with what a direct probe of it heard."""

from __future__ import annotations

from albdoctor.derive import asked
from albdoctor.derive.routing.conditions import readable_request
from albdoctor.derive.targets.health_check import HOST_CODES, accepts, host_header
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.speaks import Speech, in_words, sends_to_https, speech, wants_tls
from albdoctor.facts.known import Unknown
from albdoctor.facts.wire import Exchange, TargetPortProbe, TargetProbe
from albdoctor.text import Text

WEB_PORTS = (80, 443)
"""Ports that serve a site even where a health check is pointed at them; other ports may be a check's own."""


class Seen(Registered, frozen=True, kw_only=True, dict=True):
    """One registered target: its group, its health and its probe."""

    probe: TargetProbe | Unknown
    """Unknown: nobody probed it; `Unknown.gap` says why."""

    @property
    def check_answer(self) -> Exchange | None:
        """What the probe got for the health check's own request; None: not probed, or the port speaks otherwise."""
        probe = self.at(self.check_port)
        if probe is None:
            return None
        return probe.https if self.group.health_check_protocol == "HTTPS" else probe.http

    @property
    def check_seconds(self) -> float:
        """How long the probe waited for the health check's answer, or for giving up on it; 0.0: not asked."""
        answer = self.check_answer
        return answer.milliseconds / 1000 if answer else 0.0

    @property
    def check_host(self) -> str:
        """The `Host:` that its health check sends; empty: its private address is not known."""
        address = self.probe.private_address if isinstance(self.probe, TargetProbe) else ""
        return host_header(address, self.check_port, self.group.health_check_protocol) if address else ""

    @property
    def by_name(self) -> int | None:
        """The status that the probe got for the health check's path with the scanned name as `Host:`."""
        probe = self.at(self.check_port)
        return probe.http_by_name.status if probe and probe.http_by_name else None

    @property
    def host_rejected(self) -> bool:
        """The probe got another answer by name than by private address: only the name is let in."""
        answer = self.check_answer
        if answer is None or answer.status not in HOST_CODES or self.by_name is None or wants_tls(answer):
            return False
        let_in = self.by_name < 400 or accepts(self.group.matcher, self.by_name)
        return self.answered(*HOST_CODES) and let_in and not accepts(self.group.matcher, answer.status)

    def speaks(self, port: int) -> Speech:
        """Say what one of its ports speaks."""
        return speech(self.at(port))

    def at(self, port: int) -> TargetPortProbe | None:
        """Give the probe of one of its ports."""
        return self.probe.at(port) if isinstance(self.probe, TargetProbe) else None

    def ports(self, *speeches: Speech) -> tuple[int, ...]:
        """List its probed ports that speak one of these: 80 and 443 first, then in rising order."""
        probed = [one.port for one in self.probe.ports] if isinstance(self.probe, TargetProbe) else []
        kept = (port for port in probed if self.speaks(port) in speeches)
        return tuple(sorted(kept, key=lambda port: (port not in WEB_PORTS, port)))

    @property
    def check_cannot_pass(self) -> bool:
        """Its health check port was heard to refuse connections, or to speak another protocol than the check."""
        wrong = Speech.PLAIN_HTTP if self.group.health_check_protocol == "HTTPS" else Speech.TLS
        return self.speaks(self.check_port) in (Speech.REFUSED, wrong)

    @property
    def refused(self) -> bool:
        """Its registered port refuses connections, and no other trace says that it is well."""
        return self.judged and not self.proven and self.speaks(self.port) is Speech.REFUSED

    @property
    def served_instead(self) -> int | None:
        """Another port that serves while the registered one is refused; what fits the group's protocol first.

        The port of a health check override is left out unless it is 80 or 443: it may be the check's own.
        """
        if not self.refused:
            return None
        fitting = (Speech.TLS, Speech.BOTH) if self.group.protocol == "HTTPS" else (Speech.PLAIN_HTTP, Speech.BOTH)
        serving = (*self.ports(*fitting), *self.ports(Speech.PLAIN_HTTP, Speech.TLS, Speech.BOTH))
        return next((port for port in serving if port != self.check_port or port in WEB_PORTS), None)

    def probe_line(self, port: int) -> tuple[Text, Text]:
        """Where the probe connected to, and what came back. KeyError: the port was not probed."""
        seen = self.at(port)
        if seen is None or not isinstance(self.probe, TargetProbe):
            raise KeyError(port)
        return asked.connection(self.probe.public_address, port, self.target.id), in_words(seen)

    @property
    def only_forces_https(self) -> bool:
        """The health check's request was redirected to https on the same path: nothing but the scheme is wrong."""
        answer = self.check_answer
        if answer is None or not sends_to_https(answer):
            return False
        asked_for, sent_to = readable_request(answer.url), readable_request(answer.header("location"))
        return asked_for is not None and sent_to is not None and asked_for.path == sent_to.path

    @property
    def root_answers(self) -> bool:
        """The probe of `/` got what counts as healthy, asked as the health check would ask."""
        probe = self.at(self.check_port)
        return probe is not None and probe.root is not None and accepts(self.group.matcher, probe.root.status)
