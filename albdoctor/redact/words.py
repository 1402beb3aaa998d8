"""Texts in words without saying about whom: what albdoctor, AWS and OpenSSL say stays, names in it do not."""

from __future__ import annotations

import re

from albdoctor.derive.targets.registered import CODES
from albdoctor.derive.targets.speaks import COMPLAINTS
from albdoctor.facts.dns import INTERCEPTED
from albdoctor.facts.ecs import TELLING
from albdoctor.facts.elb import BROWSERS_HEADERS, VISITORS_HEADERS
from albdoctor.facts.elb_actions import PLACEHOLDERS
from albdoctor.facts.numbers import has_digits_only
from albdoctor.facts.scaling import UNHEALTHY
from albdoctor.redact.names import Names, Numbers, words
from albdoctor.redact.things import Things
from albdoctor.redact.web import Web

LEFT_OUT = "redacted"
HEADS = frozenset(
    ("timeout", "refused", "reset", "unreachable", "malformed", "not http", "tls", "failed", "body", "not followed")
) | frozenset(("server name", "not asked", "no answer", "no address", "loop", "too long", "blocked"))
"""How an attempt failed, in albdoctor's own words."""
NOT_FOLLOWED = frozenset(
    (
        *("another host", "another scheme", "malformed", "too long", "seen before", "more than 10 requests"),
        "seen before, after a cookie was set",
    )
)
CODE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
"""Reasons of OpenSSL (WRONG_VERSION_NUMBER) and rcodes."""
VERIFY = re.compile(
    r"[Hh]ostname mismatch, certificate is not valid for|IP address mismatch, certificate is not valid for"
)
VERIFIED = frozenset(
    (
        *("", "ok", "certificate has expired", "certificate is not yet valid", "self-signed certificate"),
        *(
            "self-signed certificate in certificate chain",
            "self signed certificate",
            "unable to get issuer certificate",
        ),
        *("unable to get local issuer certificate", "unable to verify the first certificate", "certificate revoked"),
        *("invalid CA certificate", "unsuitable certificate purpose", "CA signature digest algorithm too weak"),
        *("EE certificate key too weak", "certificate signature failure", "Missing Authority Key Identifier"),
    )
)
HEALTH = frozenset(
    (
        *("Health checks failed", "Request timed out", "Initial health checks in progress"),
        *("Target registration is in progress", "Target deregistration is in progress"),
        *("Target is in the stopped state", "Target is in the terminated state", "Target is in stopped state"),
        *("Target group is not configured to receive traffic from the load balancer",),
        *("Target is in an Availability Zone that is not enabled for the load balancer",),
        *("Target is not registered to the target group", "Health checks are disabled for this target group"),
    )
)
"""Descriptions that ELBv2 gives a target's health."""
ASKED = words(
    "DNS NS SOA DS CAA A AAAA CNAME MX TXT WHOIS RDAP TCP TLS HTTP registration data delegation answers of the"
    " delegated servers recursive resolvers records for ACM validation names probes name's addresses targets target"
    " direct probe load balancer parent's parents registry root zone and to"
)
ACTION = re.compile(r"[a-z0-9]+:[A-Z][A-Za-z0-9]+")
SETTING = re.compile(
    r"true|false|\d+|off|on|lb_cookie|app_cookie|round_robin|least_outstanding_requests|weighted_random|monitor"
    r"|defensive|strictest|append|preserve|remove|use_load_balancer_configuration|redirect|drop|"
)
TAG_WORDS = frozenset(("true", "terraform", "LoadBalancer"))
METHOD = re.compile(r"GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|TRACE|CONNECT|\*")


class Words:
    """The map of texts in words."""

    def __init__(self, numbers: Numbers, names: Names, things: Things, web: Web) -> None:
        """Take the maps for what may stand inside such a text."""
        self._numbers, self._names, self._things, self._web = numbers, names, things, web

    def failure(self, text: str) -> str:
        """Why something failed: the kind stays, the system's own words after it only when they are known."""
        head, colon, rest = text.partition(": ")
        if not text or (CODE.fullmatch(text) and not colon):
            return text
        if head not in HEADS:
            return LEFT_OUT
        known = rest in NOT_FOLLOWED or CODE.fullmatch(rest)
        return f"{head}: {rest if known else LEFT_OUT}" if colon else head

    def verify(self, text: str) -> str:
        """What OpenSSL says about a certificate."""
        found = VERIFY.match(text)
        if found is None:
            return text if text in VERIFIED else LEFT_OUT
        named = re.search(r"'([^']+)'", text)
        return f"{found[0]} '{self._names.of(named[1]) if named else LEFT_OUT}'"

    def health(self, text: str) -> str:
        """What ELBv2 says about a target: its own words and the status codes stay."""
        codes = CODES.search(text)
        if codes:
            return f"Health checks failed with these codes: {codes[0]}"
        return text if not text or text in HEALTH else LEFT_OUT

    def message(self, text: str) -> str:
        """What Amazon ECS and Auto Scaling say of what they did: their own words stay, names and ids do not."""
        return "; ".join(words for words in (*TELLING, UNHEALTHY) if words in text) or (LEFT_OUT if text else "")

    def body(self, text: str) -> str:
        """The start of a page: only a TLS server's complaint about plain HTTP stays, and what a controller fills in."""
        if text in PLACEHOLDERS:
            return text
        said = [complaint for complaint in COMPLAINTS if complaint in text.lower()]
        return " ".join(said) if said else self._numbers.text("body", text)

    def detail(self, text: str) -> str:
        """The system's own words about a gap: they may hold anything, so that none stays but what a check reads."""
        return text if text in ("", INTERCEPTED) else LEFT_OUT

    def asked(self, text: str) -> str:
        """What was asked: the words of the question and IAM actions stay, what they are about is replaced."""
        return " ".join(self._token(token) for token in text.split(" "))

    def _token(self, token: str) -> str:
        if token in ASKED or ACTION.fullmatch(token) or not token:
            return token
        if token.startswith("arn:"):
            return self._things.arn(token)
        if "://" in token:
            return self._web.url(token)
        host, colon, port = token.rpartition(":")
        if colon and has_digits_only(port):
            return f"{self._things.any(host)}:{port}"
        return self._things.any(token) if "." in token or "-" in token else self._names.of(token)

    def setting(self, text: str) -> str:
        """The value of an attribute: numbers and AWS's own words stay."""
        return text if SETTING.fullmatch(text) else self._numbers.text("value", text)

    def tag(self, text: str) -> str:
        """The value of a tag that tells an owner: of NAMESPACE/NAME each part has its number."""
        parts = text.split("/")
        return "/".join(part if part in TAG_WORDS else self._numbers.text("tag", part) for part in parts)

    def header_name(self, text: str) -> str:
        """The name of a request header in a rule's condition."""
        known = BROWSERS_HEADERS | VISITORS_HEADERS | {""}
        return text if text.lower() in known else self._numbers.text("header", text.lower())

    def method(self, text: str) -> str:
        """A request method in a rule's condition."""
        return text if METHOD.fullmatch(text) else self._numbers.text("method", text)

    def server(self, text: str) -> str:
        """Who answered about a registration: registries are public; the domain in a URL's path is not."""
        scheme, separator, rest = text.partition("://")
        if not separator:
            return text
        host, slash, path = rest.partition("/")
        made = [
            one
            if one in ("rdap", "v1", "domain", "")
            else self._names.of(one)
            if "." in one
            else self._names.label(one)
            for one in re.split(r"[/?#]", path)
        ]
        return f"{scheme}://{host.rpartition('@')[2]}{slash}{'/'.join(made)}"
