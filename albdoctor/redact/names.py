"""DNS names without saying whose: label by label, so that "below", "covers" and "is the same" stay true."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from albdoctor.derive.dns.registrars import default_registrar, parking_of
from albdoctor.derive.names import plain
from albdoctor.facts.partitions import PARTITIONS, ROUTE53_SERVER, SUFFIXES
from albdoctor.redact.addresses import Addresses


def words(text: str) -> frozenset[str]:
    """Read a list of words."""
    return frozenset(text.split())


OPEN_LABELS = frozenset(("", "*", "\\052", "www", "localhost"))
SERVICES = frozenset(("_acme-challenge", "_dmarc", "_domainkey", "_tcp", "_udp", "_tls", "_http", "_https"))
ENDINGS = words(
    "com net org info biz io dev app xyz shop store online site edu gov mil int arpa"
    " aws cloud tech example test invalid local internal localhost"
)
"""Top-level domains that many share; two letters are a country's. Others may be somebody's own."""
SECOND = words("co com or org ne net go gov ac edu re pe")
PROOFS = "acm-validations.aws"
"""Where the values of ACM's validation records lie."""
PUBLIC_SUFFIXES = (
    "root-servers.net",
    "gtld-servers.net",
    *SUFFIXES,
    "amazon.com",
    "cloudfront.net",
    "awsglobalaccelerator.com",
    "elasticbeanstalk.com",
    PROOFS,
    "cloudflare.com",
    "ns.cloudflare.com",
    "cdn.cloudflare.net",
    "azure-dns.com",
    "azure-dns.net",
    "azure-dns.org",
    "azure-dns.info",
    "googledomains.com",
    "google.com",
    "vercel-dns.com",
    "netlify.app",
    "github.io",
)
"""Endings of services that everybody uses; what stands before them is replaced."""
WHOLLY_PUBLIC = ("root-servers.net", "gtld-servers.net")
AWS = tuple(f".{suffix}" for suffix in SUFFIXES)
AWS_WORDS = frozenset(("elb", "dualstack", "compute", "ec2", "s3", "execute-api"))
REGION = re.compile("|".join(each.regions for each in PARTITIONS), re.ASCII)
PIECES = re.compile(r"(#\{[a-z]+\}|[*?])")


class Numbers:
    """Numbers originals, each kind by itself, in the order in which they are met."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._met: dict[str, dict[str, int]] = defaultdict(dict)

    def of(self, kind: str, original: str) -> int:
        """The number of an original, from 1 on."""
        met = self._met[kind]
        return met.setdefault(original, len(met) + 1)

    def knows(self, kind: str, original: str) -> bool:
        """Whether this original has a number already."""
        return original in self._met[kind]

    def text(self, kind: str, original: str) -> str:
        """A free text as its kind and number; nothing stays nothing."""
        return f"{kind}-{self.of(kind, original)}" if original else ""


class Names:
    """The name map of a snapshot."""

    def __init__(self, numbers: Numbers, addresses: Addresses) -> None:
        """Take the counters and the address map that names share with everything else."""
        self._numbers, self._addresses = numbers, addresses
        self._own: set[str] = set()
        self._suffixes: set[str] = set(PUBLIC_SUFFIXES)
        self._above: set[str] = set()
        self._public: set[str] = set()

    def learn_domain(self, registrable: str) -> None:
        """Keep the public suffix of a registrable domain, and tell its own label apart."""
        label, _, suffix = plain(registrable).partition(".")
        self._own.add(label)
        if suffix:
            self._suffixes.add(suffix)
            labels = suffix.split(".")
            self._above |= {".".join(labels[start:]) for start in range(len(labels))}

    def keep(self, names: Iterable[str]) -> None:
        """Leave names as they are: servers of the root or of a top-level domain."""
        self._public |= {plain(name) for name in names}

    def of(self, text: str) -> str:
        """Give the replacement of a name, an address, or a pattern of whole labels; a final dot stays."""
        name = plain(_ascii(text))
        dot = "." if text.endswith(".") else ""
        if not name or name in self._public or name in self._above or name == "awsdns-hostmaster.amazon.com":
            return name + dot
        address = self._addresses.of(name)
        return address if address is not None else self._mapped(name) + dot

    def _mapped(self, name: str) -> str:
        if default_registrar((name,)) or parking_of((name,)) or name.endswith(tuple(f".{z}" for z in WHOLLY_PUBLIC)):
            return name
        route53 = ROUTE53_SERVER.fullmatch(name)
        if route53:
            server, domain = self._numbers.of("ns", route53["server"]), self._numbers.of("awsdns", route53["domain"])
            return f"ns-{server}.awsdns{route53['partition']}-{domain:02d}.{route53['suffix']}"
        value, proof, behind = name.partition(f".{PROOFS}.")
        if proof:  # with a domain appended it is still that value
            return f"{self._mapped(f'{value}.{PROOFS}')}.{self._mapped(behind)}"
        labels = name.split(".")
        if name.endswith(f".{PROOFS}") and not labels[0].startswith("_"):
            return self._mapped(f"_{name}").removeprefix("_")  # ACM takes a value without its underscore, too
        open_ = len(labels) - self._kept_labels(labels)
        before, under = ".".join(labels[: open_ - 1]), ".".join(labels[open_ - 1 :])
        if open_ > 0 and (before == under or before.endswith(f".{under}")):
            return f"{self._mapped(before)}.{self._mapped(under)}"  # a doubled name stays one
        if name.endswith(AWS):
            return ".".join([*self._aws(labels[:open_]), *labels[open_:]])
        return ".".join([*map(self.label, labels[:open_]), *labels[open_:]])

    def _kept_labels(self, labels: list[str]) -> int:
        ends = (".".join(labels[start:]) for start in range(len(labels)))
        known = next((end for end in ends if end in self._suffixes), None)
        if known is not None:
            return known.count(".") + 1
        last = labels[-1]
        country = len(last) == 2 and last.isalpha()
        if len(labels) == 1 or not (country or last in ENDINGS):
            return 0
        return 2 if country and labels[-2] in SECOND else 1

    def _aws(self, labels: list[str]) -> list[str]:
        made: list[str] = []
        for label in labels:
            if label in AWS_WORDS or REGION.fullmatch(label):
                made.append(label)
            elif "elb" in labels and "-" in label:
                made.append(self._node(label))
            else:
                made.append(self.label(label))
        return made

    def _node(self, label: str) -> str:
        """A balancer's own label: its name and a number that AWS adds; `internal-` says which kind it is."""
        inner = label.removeprefix("internal-")
        prefix = label[: len(label) - len(inner)]
        name, _, number = inner.rpartition("-")
        return (
            f"{prefix}{self.balancer(name)}-{self.hexadecimal(number) if len(number) == 16 else self._digits(number)}"
        )

    def _digits(self, number: str) -> str:
        return str(1_000_000_000 + self._numbers.of("balancer number", number))

    def balancer(self, name: str) -> str:
        """A load balancer's name; in DNS names it is written lower case."""
        return f"alb-{self._numbers.of('balancer', name.lower())}" if name else ""

    def hexadecimal(self, number: str) -> str:
        """The hexadecimal id at the end of load balancers' and their parts' ARNs."""
        return f"{self._numbers.of('hexadecimal', number):016x}"

    def label(self, label: str) -> str:
        """One label; wildcards, placeholders and `www` stay."""
        if label in OPEN_LABELS or label in SERVICES:
            return label
        if PIECES.search(label):
            pieces = PIECES.split(label)
            return "".join(piece if number % 2 else self.label(piece) for number, piece in enumerate(pieces))
        if label in self._own:
            return f"redacted-{self._numbers.of('domain', label)}"
        if label.startswith("_"):
            return f"_token{self._numbers.of('token', label)}"
        return f"r-{self._numbers.of('label', label)}"


def _ascii(text: str) -> str:
    """A-labels, so that a name is one name however it is written; what has none stays."""
    if text.isascii():
        return text
    try:
        return text.encode("idna").decode()
    except UnicodeError:
        return text
