"""What must hold for every faulty scan, and what a fault may truly cause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from albdoctor.checkup import registry
from albdoctor.checkup.engine import Result
from albdoctor.collect.actions import with_needed
from albdoctor.derive.request.outcome import Came
from albdoctor.facts.known import Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.report.model import Report
from tests.faults.fault import Area, Fault
from tests.faults.rig import TIMEOUT, Seen
from tests.faults.streams import HTTP

GRACE = 2.0
"""Seconds after the deadline in which a scan must have ended."""
DEFECT = re.compile(
    r"\b(TypeError|AttributeError|KeyError|IndexError|NameError|AssertionError|RecursionError|UnicodeError"
    r"|UnicodeDecodeError|UnicodeEncodeError|ZeroDivisionError|NotImplementedError|UnboundLocalError|StopIteration"
    r"|LookupError|MemoryError)\b"
)
"""A gap with such a word hides a defect of ours."""
EXITS = frozenset({0, 1, 3})

FROM_DNS = frozenset({"delegation", "host_answers", "resolver_answers"})
UNTOUCHED = {
    Area.AWS: FROM_DNS | {"registration"},
    Area.DNS: frozenset({"registration", "identities", "registered_domains", "hosted_zones", "record_sets"}),
}
"""Groups that misbehaviour of an area cannot reach."""
TOUCHED = {
    Area.WEB: frozenset({"probes", "target_probes", "metrics", "web_acls"}),
    Area.REGISTRATION: frozenset({"registration"}),
}
"""Groups that misbehaviour of an area can reach."""

MAY_CAUSE: dict[str, frozenset[str]] = {
    # The zone's servers, or those above them, say so: resolvers, and whoever asks them, get the same.
    "dns-cname-to-itself": frozenset({"zone-cname-broken", "zone-cname-at-apex"}),
    # It says that an answer is too long for a datagram, and is silent where it could be longer.
    "dns-truncated-silent": frozenset({"delegation-server-unreachable"}),
    **{
        f"dns-{kind}": frozenset({"delegation-server-lame"})
        for kind in ("lame", "servfail", "formerr", "not-authoritative", "upward-referral", "many-servers")
    },
    # A parent that refers to another server: so it is written down, whoever lies.
    "dns-referral-loop": frozenset(
        {"delegation-other-provider", "delegation-ns-unresolvable", "delegation-server-lame"}
    ),
    # The faulty server is what people reach at the balancer's address, and what answers on the target's port.
    "http-5xx": frozenset({"app-returns-5xx"}),
    "http-redirect-storm": frozenset({"http-redirect-loop"}),
    "http-redirect-own-port": frozenset({"http-redirect-loop", "http-redirect-target-wrong"}),
    # The faulty server sends visitors to places that nobody can open.
    **{
        f"http-redirect-{kind}": frozenset({"app-wrong-absolute-urls"})
        for kind in ("loopback", "ipv6-loopback", "link-local", "private", "decimal", "file", "strange", "huge")
    },
    # These answer 200 on port 80, where the balancer would redirect.
    **{
        kind: frozenset({"http-no-https-redirect"})
        for kind in (
            "http-endless-body",
            "http-endless-chunks",
            "http-bad-chunks",
            "http-short-body",
            "http-hostile-content",
        )
    },
}
"""Findings that a kind of fault truly causes."""
MAY_HIDE = {"dns-referral-loop": frozenset({"registrar-default-nameservers"})}
"""Findings that a kind of fault truly takes away."""
CLOSED = {443: frozenset({"tls-port-closed"}), 80: frozenset({"http-port80-closed"})}
"""Findings that a refused port truly causes."""
DEAF_TARGET = frozenset({"tg-https-target-speaks-http", "tg-port-not-served"})
"""Findings that stand on the target's good answer on port 80: without it the refused port 443 is all that is known."""
LAST_WORD = frozenset({"http-request-fails"})
"""True of a request that fails, by the fault or without it: a fault may hide what explains it."""
COUNTED = frozenset({"http-errors-counted"})
"""True of every world that is scanned often: what the scans before were answered is counted."""
OF_TLS = frozenset(
    {"tls-handshake-fails", "tls-not-tls", "tls-nodes-differ", "tls-untrusted-issuer", "tls-not-our-certificate"}
)
"""True where the server that visitors meet on port 443 fails in TLS, or shows a certificate of its own."""
SERVED = frozenset({"acm-renewal-at-risk"})
"""True where port 443 answers at last in a world whose validation records are not public: its certificate is served."""
OPENED = {
    443: frozenset({"tls-port-closed", "tg-port-not-served", "tg-https-target-speaks-http"}),
    8080: frozenset({"hc-port-mismatch"}),
}
"""Findings that a misbehaving server on a port truly takes away, for it listens where nobody did."""
ANSWERED = {8080: frozenset({"hc-protocol-mismatch"})}
"""Findings that a plain HTTP server truly causes on a port where nobody listened: the health check there speaks TLS."""


@dataclass(frozen=True)
class Complaint:
    """What did not hold."""

    sort: str
    """crash, late, false-pass, false-accusation, lost."""
    words: str


def complaints(faults: Sequence[Fault], seen: Seen, baseline: Seen) -> list[Complaint]:
    """Compare a faulty scan with the undisturbed one."""
    if seen.facts is None or seen.report is None:
        return [Complaint("crash", seen.crash)]
    assert baseline.report
    told = _crashes(seen.facts, seen.report)
    if seen.seconds > TIMEOUT + GRACE:
        told.append(Complaint("late", f"{seen.seconds:.1f} s"))
    told += _false_passes(faults, seen.report, baseline.report)
    told += _accusations(faults, seen.report, baseline.report)
    told += _losses(faults, seen, baseline)
    return told


def _crashes(facts: Facts, report: Report) -> list[Complaint]:
    told = [Complaint("crash", check.slug) for check in report.checks if check.outcome is Result.CRASHED]
    if report.exit_code not in EXITS:
        told.append(Complaint("crash", f"exit code {report.exit_code}"))
    for name in facts.__struct_fields__:
        value = getattr(facts, name)
        if isinstance(value, Unknown) and DEFECT.search(value.detail):
            told.append(Complaint("crash", f"{name}: {value.asked}: {value.detail}"))
    return told


def _false_passes(faults: Sequence[Fault], report: Report, undisturbed: Report) -> list[Complaint]:
    hidden = _of(MAY_HIDE, faults).union(*(_opened(fault) for fault in faults))
    hidden |= DEAF_TARGET if _deaf(faults) else frozenset()
    found = {check.slug for check in undisturbed.checks if check.outcome is Result.FOUND}
    told = [
        Complaint("false-pass", check.slug)
        for check in report.checks
        if check.outcome is Result.PASSED and check.slug in found - hidden
    ]
    if undisturbed.verdict == "broken" and report.verdict == "sound":
        told.append(Complaint("false-pass", "the verdict is sound"))
    if report.verdict == "sound" and report.request.served != "yes":
        told.append(Complaint("false-pass", f"sound, and served: {report.request.served}"))
    told += [
        Complaint("false-pass", f"sound, and {one.address} was {one.outcome}")
        for one in report.request.answers
        if report.verdict == "sound" and one.outcome is not Came.SERVED
    ]
    return told


def _accusations(faults: Sequence[Fault], report: Report, undisturbed: Report) -> list[Complaint]:
    allowed = _of(MAY_CAUSE, faults).union(*(_closed(fault) | _answered(fault) for fault in faults))
    allowed |= frozenset({"target-no-process-on-port"}) if _deaf(faults) else frozenset()
    allowed |= (
        LAST_WORD if _is_met_by_visitors(faults) or undisturbed.request.served in ("no", "partly") else frozenset()
    )
    allowed |= COUNTED
    allowed |= SERVED if _is_met_by_visitors(faults) and undisturbed.request.served == "no" else frozenset()
    allowed |= OF_TLS if any(_fails_in_tls(fault) for fault in faults) else frozenset()
    known = {(finding.slug, finding.subject.id) for finding in undisturbed.findings}
    return [
        Complaint("false-accusation", f"{finding.slug} of {finding.subject.id}: {finding.message}")
        for finding in report.findings
        if (finding.slug, finding.subject.id) not in known and finding.slug not in allowed
    ]


def _losses(faults: Sequence[Fault], seen: Seen, baseline: Seen) -> list[Complaint]:
    """Nothing may be lost that the misbehaving ones have no part in."""
    assert seen.facts
    assert seen.report
    assert baseline.facts
    assert baseline.report
    untouched = _untouched(faults)
    told = [
        Complaint("lost", f"{name}: {getattr(seen.facts, name)}"[:300])
        for name in sorted(untouched)
        if isinstance(getattr(seen.facts, name), Unknown) and not isinstance(getattr(baseline.facts, name), Unknown)
    ]
    groups = {check.slug: {need.group for need in check.needs} - {"scan"} for check in registry.load()}
    before = {check.slug: check.outcome for check in baseline.report.checks}
    told += [
        Complaint("lost", f"{check.slug}: {check.outcome} instead of {before[check.slug]}")
        for check in seen.report.checks
        if groups.get(check.slug)
        and with_needed(groups[check.slug]) <= untouched
        and check.outcome is not before[check.slug]
    ]
    return told


def _untouched(faults: Sequence[Fault]) -> frozenset[str]:
    every = frozenset(name for name in Facts.__struct_fields__ if name not in {"schema", "scan"})
    left = every
    for fault in faults:
        left &= UNTOUCHED.get(fault.area, every - TOUCHED.get(fault.area, frozenset()))
    return left


def _ports(fault: Fault) -> set[int]:
    return {int(where.rpartition(":")[2]) for where in fault.where} if fault.area is Area.WEB else set()


def _is_met_by_visitors(faults: Sequence[Fault]) -> bool:
    """Whether a fault may stand where the scanned request goes: port 443."""
    return any(443 in _ports(fault) for fault in faults)


def _fails_in_tls(fault: Fault) -> bool:
    return 443 in _ports(fault) and fault.kind.startswith(("tls-", "tcp-", "certificate-"))


def _deaf(faults: Sequence[Fault]) -> bool:
    """Whether the target's plain HTTP server is out of order."""
    return any(80 in _ports(fault) for fault in faults)


def _closed(fault: Fault) -> frozenset[str]:
    """What is true where a port refuses connections."""
    ports = _ports(fault) if fault.kind == "tcp-refused" else set[int]()
    return frozenset[str]().union(*(CLOSED.get(port, frozenset()) for port in ports))


def _opened(fault: Fault) -> frozenset[str]:
    """What is no longer true where a faulty server listens."""
    if fault.area is not Area.WEB or fault.kind == "tcp-refused":
        return frozenset()
    return frozenset[str]().union(*(OPENED.get(port, frozenset()) for port in _ports(fault)))


def _answered(fault: Fault) -> frozenset[str]:
    """What is true where a plain HTTP server answers that nobody expected."""
    ports = _ports(fault) if fault.kind in HTTP else set[int]()
    return frozenset[str]().union(*(ANSWERED.get(port, frozenset()) for port in ports))


def _of(table: dict[str, frozenset[str]], faults: Sequence[Fault]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for fault in faults:
        found |= table.get(fault.kind, frozenset())
    return found
