"""URLs, paths, headers and certificate subjects without saying whose; who matches whom stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from urllib.parse import unquote_plus

from albdoctor.derive.certificate.authorities import is_authority
from albdoctor.derive.routing.conditions import Decision, regex, request_of, wildcard
from albdoctor.redact.names import PIECES, Names, Numbers, words

SCHEMES = ("http", "https", "ftp", "file", "ws", "wss")
PLACEHOLDER = re.compile(r"(#\{[a-z]+\})")
FRAGMENT = re.compile(r"#(?!\{)")
SERVERS = words(
    "awselb nginx apache openresty envoy caddy litespeed gunicorn uvicorn cloudflare cloudfront microsoft-iis gws"
    " hypercorn-h11 jetty tomcat kestrel werkzeug istio-envoy traefik haproxy varnish amazons3 squarespace vercel"
    " netlify"
)
"""Names of server software; a name of one's own is replaced."""
POWERED_BY = words("express next.js php asp.net nuxt sails phusion servlet")
"""Names of what sites are made with, as they are sent in X-Powered-By."""
CONTENT = re.compile(
    r"(text/(html|plain|css|csv|xml|javascript)|application/(json|xml|javascript|problem\+json|octet-stream|grpc)"
    r"|image/(png|jpeg|gif|svg\+xml|webp))(; ?charset=(utf-8|iso-8859-1|us-ascii|euc-kr))?",
    re.IGNORECASE,
)
TRANSPORT = re.compile(r"(max-age=\"?\d+\"?|includesubdomains|preload|[; ])+", re.IGNORECASE)
AUTHORITIES = re.compile(
    r"Amazon( Root CA \d| RSA \d+ M\d\d| ECDSA \d+ M\d\d)?|Let's Encrypt|ISRG|ISRG Root X\d|Internet Security Research"
    r" Group|[RE]\d{1,2}|DigiCert Inc|DigiCert[A-Za-z0-9 ]*|Sectigo Limited|Sectigo[A-Za-z0-9 ]*|GlobalSign( nv-sa)?"
    r"|Google Trust Services( LLC)?|W[RE]\d|GTS [A-Z0-9 ]+|Cloudflare, Inc\.|ZeroSSL|GoDaddy\.com, Inc\.|[A-Z]{2}"
)
"""Values in the names of public certificate authorities, and countries."""
LOGIN_PARAMETERS = words(
    "prompt display max_age ui_locales id_token_hint login_hint acr_values claims claims_locales nonce response_mode"
    " hd domain_hint lang audience resource identity_provider idp_identifier"
)
"""What login pages are asked with (OpenID Connect Core 3.1.2.1; Google's, Microsoft's and Amazon Cognito's own)."""


class Web:
    """The map of what is said over HTTP and TLS."""

    def __init__(self, numbers: Numbers, names: Names) -> None:
        """Take the counters and the name map."""
        self._numbers, self._names = numbers, names
        self._hosts: dict[str, None] = {}
        self._paths: dict[str, None] = {}
        self._queries: dict[str, None] = {}

    def host(self, text: str) -> str:
        """A host that requests are sent to."""
        self._hosts.setdefault(text.rstrip(".").lower())
        return self._names.of(text)

    def path(self, text: str) -> str:
        """A path, with its query and fragment where it has them; slashes and `#{...}` stay."""
        whole = FRAGMENT.split(text, maxsplit=1)
        path, mark, query = whole[0].partition("?")
        self._paths.setdefault(path)
        fragment = "#" + self._numbers.text("part", whole[1]) if len(whole) > 1 else ""
        return self._segments(path) + mark + self.query(query) + fragment

    def _segments(self, path: str) -> str:
        return "/".join(self._pieces(segment, "p", PLACEHOLDER) for segment in path.split("/"))

    def _pieces(self, text: str, kind: str, between: re.Pattern[str]) -> str:
        pieces = between.split(text)
        return "".join(piece if number % 2 else self._numbers.text(kind, piece) for number, piece in enumerate(pieces))

    def query(self, text: str) -> str:
        """A query string; `&`, `=` and `#{...}` stay."""
        parts = re.split(r"([&=]|#\{[a-z]+\})", text)
        return "".join(part if number % 2 else self._word(part) for number, part in enumerate(parts))

    def _word(self, text: str) -> str:
        plain = unquote_plus(text).lower()
        if plain:
            self._queries.setdefault(plain)
        return self._numbers.text("q", plain)

    def url(self, text: str) -> str:
        """A URL or a reference: the scheme and the port stay; one that cannot be read stays unreadable."""
        found = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*:)?//([^/?#]*)(.*)", text, re.DOTALL)
        if found:
            scheme = (found[1] or "").rstrip(":").lower()
            kept = scheme if scheme in SCHEMES or not scheme else "other"
            return f"{kept}{':' if scheme else ''}//{self._authority(found[2])}{self.path(found[3])}"
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text):
            return "other:" + self._numbers.text("part", text)
        return self.path(text)

    def _authority(self, text: str) -> str:
        try:
            request = request_of(f"http://{text}/")
        except ValueError:
            return f"{self._numbers.text('r', text)}:x"
        user, at, place = text.rpartition("@")
        port = re.search(r":\d+$", place)
        host = self.host(request.host) if request.host else ""
        written = f"[{host}]" if ":" in host else host
        return (self._numbers.text("user", user) + at if at else "") + written + (port[0] if port else "")

    def host_pattern(self, text: str) -> str:
        """A host pattern of a rule: it matches the same hosts of the snapshot."""
        pairs = [(host, self._names.of(host)) for host in self._hosts]
        nowhere = f"r-{self._numbers.of('label', text.lower())}.invalid"
        return same_pattern(text.lower(), self._names.of(text), pairs, nowhere)

    def path_pattern(self, text: str) -> str:
        """A path pattern of a rule: it matches the same paths of the snapshot."""
        pairs = [(path or "/", self._segments(path or "/")) for path in self._paths]
        made = "/".join(self._pieces(segment, "p", PIECES) for segment in text.split("/"))
        return same_pattern(text, made, pairs, "/" + self._numbers.text("p", f"pattern {text}"))

    def query_pattern(self, text: str) -> str:
        """A key or value pattern of a query-string condition."""
        pairs = [(word, self._numbers.text("q", word)) for word in self._queries]
        made = self._pieces(text.lower(), "q", PIECES)
        return same_pattern(text.lower(), made, pairs, self._numbers.text("q", f"pattern {text}"))

    def parameters(self, given: dict[str, str]) -> dict[str, str]:
        """What a login page is asked with: a name that is not everybody's goes, and so does every value."""
        names = (name if name in LOGIN_PARAMETERS else self._numbers.text("parameter", name) for name in given)
        return dict(zip(names, (self._numbers.text("text", value) for value in given.values()), strict=True))

    def host_regex(self, text: str) -> str:
        """A regular expression over hosts: it decides the same for every host of the snapshot."""
        return self._regex(text, [(host, self._names.of(host)) for host in self._hosts], re.IGNORECASE)

    def path_regex(self, text: str) -> str:
        """A regular expression over paths."""
        return self._regex(text, [(path or "/", self._segments(path or "/")) for path in self._paths], 0)

    def _regex(self, text: str, pairs: list[tuple[str, str]], flags: int) -> str:
        decisions: list[tuple[Decision, str]] = [(regex(text, one, flags), mapped) for one, mapped in pairs]
        hits = [re.escape(mapped) for decision, mapped in decisions if decision]
        scanned = decisions[0][0] if decisions else False  # the scanned host and path are met first
        if scanned is None or (not hits and any(decision is None for decision, _ in decisions)):
            return f"({self._numbers.text('regex', text)}+)+"  # a repeat in a repeat is never tried: undecided
        return "|".join(dict.fromkeys(hits)) or self._numbers.text("regex", text)

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The headers of an answer: what is no public word is replaced."""
        known: dict[str, Callable[[str], str]] = {
            "location": self.url,
            "server": self._server,
            "x-powered-by": self._powered_by,
            "content-type": lambda value: value if CONTENT.fullmatch(value) else self._numbers.text("type", value),
            "via": self._via,
            "strict-transport-security": lambda value: value if TRANSPORT.fullmatch(value) else "redacted",
        }
        return tuple(
            (name, known[name](value) if name in known else self._numbers.text("value", value))
            for name, value in headers
        )

    def _server(self, value: str) -> str:
        product, _, version = value.partition("/")
        known = product.lower() in SERVERS and (not version or re.fullmatch(r"[\d.]+( \([A-Za-z]+\))?", version))
        return value if known else self._product(value, SERVERS) or self._numbers.text("server", value)

    def _powered_by(self, value: str) -> str:
        return self._product(value, POWERED_BY) or self._numbers.text("value", value)

    @staticmethod
    def _product(value: str, known: Collection[str]) -> str:
        """The public name with which a value begins, without what follows; empty: it begins with none."""
        product = re.split(r"[/ (]", value, maxsplit=1)[0]
        return product if product.lower() in known else ""

    def _via(self, value: str) -> str:
        found = re.fullmatch(r"(\d\.\d) (\S+)( \(CloudFront\))?", value)
        if found is None:
            return self._numbers.text("value", value)
        return f"{found[1]} {self._names.of(found[2])}{found[3] or ''}"

    def content_type(self, value: str) -> str:
        """A content type."""
        return value if not value or CONTENT.fullmatch(value) else self._numbers.text("type", value)

    def subject(self, text: str) -> str:
        """A certificate's subject or issuer (RFC 4514): public authorities stay."""
        parts = re.split(r"(?<!\\)[,+]", text)
        return ",".join(self._attribute(part) for part in parts if part)

    def _attribute(self, part: str) -> str:
        key, equals, value = part.partition("=")
        value = value.replace("\\", "")
        if not equals or not re.fullmatch(r"[A-Z]{1,12}|[\d.]+", key):
            return self._numbers.text("name", part)
        if AUTHORITIES.fullmatch(value) or (key == "O" and is_authority(value)):
            return part
        named = "." in value and " " not in value
        return f"{key}={self._names.of(value) if named else self._numbers.text('name', value)}"


def same_pattern(text: str, made: str, pairs: list[tuple[str, str]], nowhere: str) -> str:
    """The pattern that was made, when it matches what the original matches; else one that does."""

    def fits(pattern: str) -> bool:
        return all(wildcard(text, one) == wildcard(pattern, mapped) for one, mapped in pairs)

    hits = [mapped for one, mapped in pairs if wildcard(text, one)]
    shared = f"{_common(hits)}*"
    return next((one for one in (made, nowhere, *hits, shared) if fits(one)), hits[0] if hits else nowhere)


def _common(texts: list[str]) -> str:
    """The longest beginning that all texts share."""
    if not texts:
        return ""
    low, high = min(texts), max(texts)
    end = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), len(low))
    return low[:end]
