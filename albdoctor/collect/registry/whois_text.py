"""Reads WHOIS answers (RFC 3912 fixes no format): .kr, JPRS, and "Key: value" and headings of the others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from albdoctor.facts.numbers import whole
from albdoctor.facts.registration import Registration

# One key of a registry means one of these; longer lists than needed do no harm, a wrong word would.
KEYS = {
    "domain": ("domain name", "domain"),
    "registrar": ("registrar", "sponsoring registrar", "registrar name", "authorized agency", "domain registrar"),
    "iana": ("registrar iana id",),
    "page": ("registrar url", "referral url"),
    "nameserver": (
        *("name server", "nserver", "nameserver", "name servers", "nameservers", "host name", "hostname"),
        *("domain servers", "domain nameservers", "name servers information", "name server information"),
        *("primary name server", "secondary name server", "domain servers in listed order"),
    ),
    "status": ("domain status", "status", "state", "registration status", "flags"),
    "created": (
        "creation date",
        "created",
        "created on",
        "created date",
        "registered date",
        "registration time",
        "registered",
        "connected date",
        "registered on",
        "record created",
        "domain record activated",
        "domain name commencement date",
    ),
    "changed": (
        "updated date",
        "last updated date",
        "last updated",
        "last update",
        "last-update",
        "last modified",
        "last updated on",
        "record last modified",
        "domain record last updated",
        "modified",
        "changed",
    ),
    "expires": (
        "registry expiry date",
        "registrar registration expiration date",
        "expiration date",
        "expiry date",
        "expire date",
        "expires on",
        "expires",
        "expire",
        "expiration time",
        "paid-till",
        "record expired",
        "domain expires",
        "renewal date",
        "validity",
    ),
    "ds": ("ds data", "dnssec ds data", "ds-rdata"),
}
MEANING = {key: meaning for meaning, keys in KEYS.items() for key in keys}
WITHIN = {
    "registrar": ("name", "organization", "organisation", "organization name"),
    "nameserver": ("dns",),
}
"""Keys that mean something under a heading only: elsewhere they are a contact's, or the domain itself."""
OPEN = ("registrar", "nameserver", "domain", "status")
"""Headings whose lines are values themselves."""
SAYS_NOTHING = ("not available", "registered", "")
"""States that only tell that the domain is taken."""

NOT_REGISTERED = re.compile(
    r"""^(?:
        (?:error:\s*\d{1,4}:\s*)?no\ entries\ found\b
      | (?:nincs\ tal\S{1,4}\s*/\s*)?no\ match\b
      | no\ (?:data|object|matching\ record)s?\ found\b
      | no\ matching\ record$
      | (?:not|nothing|no)\ found\b
      | no\ data\ was\ found\ to\ match\b
      | no\ information\ available\ about\ domain\ name\b
      | no_se_encontro_el_objeto\b
      | (?:the\ )?(?:queried\ |above\ |requested\ )?(?:domain|object)(?:\ name)?\b.{0,80}?
        \b(?:not\ found|not\ registered|has\ not\ been\ registered|does\ not\ exist|is\ available\ for)\b
      | (?:domain\ |registration\ )?status:\s*(?:available|free|not\ registered|no\ object\ found)\b
      | .{0,40}등록되어\ 있지\ 않습니다
    )""",
    re.IGNORECASE | re.VERBOSE,
)
THROTTLED = re.compile(
    r"""rate\ limit|limit\ exceeded|too\ many\ (?:requests|queries)|(?:quota|queries|limit)\ (?:has\ been\ )?exceeded
      | exceeded\ .{0,40}\b(?:queries|requests|limit|quota)|maximum\ queries|excessive\ querying
      | too\ fast|try\ again\ later|address\ (?:is\ )?blocked|blacklisted|access\ control\ limit""",
    re.IGNORECASE | re.VERBOSE,
)
LINES = 2000
"""Lines that are read: an answer has at most a few hundred."""
VALUES = 40
"""Name servers, statuses or DS records that are kept."""

_BRACKETED = re.compile(r"^(?:[a-z]\.? )?\[([^\]]{1,60})\]\s*(.*)$")
_KEYED = re.compile(r"^([^:\[\]]{1,60}?)[ .]*:\s*(.*)$")
_IN_PARENTHESES = re.compile(r"\((\d{4}/\d{2}/\d{2})\)")
_DATE = re.compile(
    r"^(\d{4})(?:-|/|\. ?)(\d{1,2})(?:-|/|\. ?)(\d{1,2})\.?(?:[ T]+(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?)?\s*(.*)$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})\b")
# No registry that is read here writes the month first.
_DAY_FIRST = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})\b")
_NAMED_MONTH = re.compile(r"^(\d{1,2})-([A-Za-z]{3})-(\d{4})\b")
_NAMED_WITHIN = re.compile(r"^(\d{4})-([A-Za-z]{3})-(\d{1,2})\b")
_WEEKDAY = re.compile(r"^[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d{4})\b")
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}\.?")
_OFFSET = re.compile(r"^([+-])(\d{2})(?::?(\d{2}))?\b")
_PAGE = re.compile(r"https?://[a-z0-9.-]{4,100}(?:/[\w./-]{0,100})?", re.ASCII)
_PAGE_BEHIND = re.compile(r"\(\s*(https?://[^\s)]{4,200})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_JAPAN = timedelta(hours=9)


def read_whois(text: str, domain: str, server: str) -> Registration | None:
    """Read an answer about a domain (A-labels); None: it is neither a registration of it nor a clear "no"."""
    found: dict[str, list[str]] = {}
    for key, value in _pairs(text):
        meaning = MEANING.get(key)
        if meaning and value and len(found.setdefault(meaning, [])) < VALUES:
            found[meaning].append(value)
    names = {host_of(value) for value in found.get("domain", ())}
    if domain in names and found.keys() & {"registrar", "nameserver", "created", "expires"}:
        return _registration(found, domain, server)
    if names <= {domain} and says_not_registered(text, domain):
        return Registration(domain=domain, source="whois", server=server, registered=False)
    return None


def says_not_registered(text: str, domain: str) -> bool:
    """Tell whether a line says that the domain is not registered; boilerplate about others does not count."""
    no = r"\"?:? (?:- |is )?(?:not found|not registered|free|available|no match|no entries found)\b"
    own = re.compile(re.escape(domain) + no, re.IGNORECASE)
    for line in text.splitlines()[:LINES]:
        bare = line.strip(" \t\r%#*>\"'.[]")
        if NOT_REGISTERED.match(bare) or own.search(bare):
            return True
    return False


def referred_server(text: str) -> str:
    """Read the WHOIS server of a TLD from an answer of whois.iana.org; empty: it names none."""
    named = dict(reversed([(key, value) for key, value in _pairs(text) if key in {"whois", "refer"}]))
    server = host_of(named.get("whois") or named.get("refer", ""))
    return server if re.fullmatch(r"(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}", server) else ""


def rdap_status(status: str) -> str:
    """Write an EPP status in RDAP's words (RFC 8056): clientHold -> client hold, ok -> active."""
    word = status.split(maxsplit=1)[0] if re.match(r"[a-z]+[A-Z]", status) else status.partition(" http")[0]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).strip().lower()
    return "active" if spaced == "ok" else spaced


def read_date(text: str) -> datetime | None:
    """Read a date as registries write it; a day without a time is its midnight in UTC; None: no known form."""
    text = _year_first(text.strip())
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _offset(match[7])
    except (ValueError, OverflowError):
        return None


def _year_first(text: str) -> str:
    """Write a day as 2027-2-28, whatever order it came in; what stands behind it stays."""
    if match := _COMPACT.match(text):
        year, month, day = match[1], match[2], match[3]
    elif match := _DAY_FIRST.match(text):
        year, month, day = match[4], match[3], match[1]
    elif match := _NAMED_MONTH.match(text):
        year, month, day = match[3], _month(match[2]), match[1]
    elif match := _NAMED_WITHIN.match(text):
        year, month, day = match[1], _month(match[2]), match[3]
    elif match := _WEEKDAY.match(text):
        year, month, day = match[3], _month(match[1]), match[2]
    else:
        return text
    return f"{year}-{month}-{day}{text[match.end() :]}"


def _month(name: str) -> str:
    """The number of a month by its English name; 0, which no date has, for any other word."""
    return str(_MONTHS.index(name.lower()) + 1) if name.lower() in _MONTHS else "0"


def _offset(zone: str) -> timedelta:
    if "JST" in zone:
        return _JAPAN
    match = _OFFSET.match(zone)
    if match is None:
        return timedelta()
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return offset if match[1] == "+" else -offset


def _registration(found: dict[str, list[str]], domain: str, server: str) -> Registration:
    def first(meaning: str) -> str:
        return next(iter(found.get(meaning, ())), "")

    iana = first("iana")
    # .kr writes it behind the name: "Gabia, Inc.(http://www.gabia.co.kr)".
    behind = _PAGE_BEHIND.findall(first("registrar"))
    pages = (*found.get("page", ()), *behind)
    states = " ".join(found.get("status", ()))
    in_state = _IN_PARENTHESES.search(states)
    # JPRS writes the expiry of a co.jp name into its state: "Connected (2027/01/31)".
    expires = first("expires") or (in_state[1] if in_state else "")
    return Registration(
        domain=domain,
        source="whois",
        server=server,
        registered=True,
        # .kr adds the agency's home page: "Gabia, Inc.(http://www.gabia.co.kr)".
        registrar=re.sub(r"\s*\(\s*https?://[^)]*\)?\s*$", "", first("registrar")),
        registrar_iana_id=whole(iana[:10]),
        registrar_url=next((page for page in pages if is_page(page)), ""),
        statuses=_each(_status(status) for status in found.get("status", ())),
        nameservers=_each(host_of(name) for name in found.get("nameserver", ())),
        created=read_date(first("created")),
        changed=read_date(first("changed")),
        expires=read_date(expires),
        ds=_each(" ".join(record.split()).lower() for record in found.get("ds", ())),
    )


def is_page(text: object) -> bool:
    """Whether a text is the address of a web page that people can be sent to, and nothing else."""
    return isinstance(text, str) and _PAGE.fullmatch(text) is not None


def _status(text: str) -> str:
    status = rdap_status(_IN_PARENTHESES.sub("", text))
    return "" if status in SAYS_NOTHING else status


def _each(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Give each key (lower case) with its value, in order; of a bilingual .kr answer only the English half.

    A key without a value is a heading: what stands below it, up to an empty line, is its values, one a line.
    """
    # The Korean half repeats some keys ("DNSSEC : 미서명").
    _, english, after = text.partition("# ENGLISH")
    heading, filled = "", False
    for line in (after if english else text).splitlines()[:LINES]:
        bare = line.strip().removeprefix("** ")
        meaning = MEANING.get(heading, "")
        if not bare:
            heading = "" if filled else heading  # some put an empty line below the heading too
        elif meaning == "nameserver" and _HOST.fullmatch(bare.split()[0]):
            filled = True
            yield heading, bare
        elif match := _BRACKETED.match(bare) or _KEYED.match(bare):
            key, value = match[1].strip().lower(), match[2].strip()
            if key in WITHIN.get(meaning, ()) and value:
                filled = True
                yield heading, value
            else:
                # More servers may follow below the first one, without a key.
                opens = not value or MEANING.get(key) == "nameserver"
                heading, filled = (key, bool(value)) if opens else (heading, filled)
                yield key, value
        elif meaning in OPEN and bare.lower() not in MEANING and (line[:1].isspace() or not filled):
            filled = True
            yield heading, bare
        else:
            heading, filled = bare.lower(), False


def host_of(value: str) -> str:
    """Take a host name out of a value, A-labels: addresses may stand behind it."""
    name = (value.split() or [""])[0].lower().rstrip(".")
    if name.isascii():
        return name
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""
