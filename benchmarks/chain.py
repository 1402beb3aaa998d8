"""In how few rounds could these questions have been asked? Level by level, from what the answers told.

Level 1 holds every question that needs nothing but the command line. Level n holds those that need something which
only an answer of level n - 1 told: an ARN, an id, a name, an address. So no order in which a scan happens to ask makes
the chain longer, only what it asks; and where a question could have been put in a way that needs less, that counts:

- the network of targets (interfaces, security groups) needs the VPC of the balancer, not the targets' ids;
- a balancer's groups need the balancer, not the rules that name them (they are asked by balancer);
- a request that follows a redirect to a URL that is asked anyway needs no redirect.

Three rules are the scan's own and count as needs: it sends requests only to addresses that the name's own servers gave
(not to those that a resolver or the account names), to a target only where the account's answers say that it is
registered and open, and to a target one request after the other (a server with one worker would answer only the first).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

import dns.exception
import dns.message

from albdoctor.lab.distance import Heard

TOKENS = re.compile(
    r"arn:aws[a-z-]*:[^&\"\s]+|\b(?:vpc|sg|i|eni|subnet|igw|rtb|acl|pl)-[0-9a-f]{8,}"
    r"|(?<=/hostedzone/)[A-Z0-9]+|(?<=Names\.member\.1=)[^&\s]+|\b(?:app|net|targetgroup)/[\w-]+/[0-9a-f]+"
)
"""What in a question to AWS names a thing of the account."""
OF_A_VPC = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups")
DOORS = ("elasticloadbalancing:DescribeTargetHealth", "ec2:DescribeInstances", "ec2:DescribeSecurityGroups")
"""What must be known before a target is probed."""
OF_ANY_DOMAIN = ("_dmarc.", "www.")
"""Labels that can be put in front of any domain without being told that the name is there."""


@dataclass(frozen=True)
class Need:
    """What a question needs: any answer that holds a word, of a source, to a question that begins as the pattern says."""

    word: str
    source: str = ""
    question: str = ""

    def met_by(self, heard: Heard, text: str) -> bool:
        """Whether an answer gives it."""
        if not heard.source.startswith(self.source) or not re.match(self.question, heard.question):
            return False
        return not self.word or re.search(rf"(?<![\w-]){re.escape(self.word.lower())}(?![\w-])", text) is not None


@dataclass(frozen=True)
class Step:
    """A question of a chain and why it could not be asked earlier."""

    level: int
    heard: Heard
    need: Need | None


class Chain:
    """The levels of everything that was asked in one scan."""

    def __init__(self, heard: Iterable[Heard], host: str, start: Iterable[str], resolvers: Iterable[str]) -> None:
        """Take what was heard, the host, the server addresses on the command line, and which of them are resolvers."""
        self.heard = sorted(heard, key=lambda each: each.arrived)
        self._host = host
        self._start = frozenset((*start, *resolvers))
        self._resolvers = tuple(resolvers)
        self._texts = [_text(each) for each in self.heard]
        self._needs = [tuple(self._needs_of(number)) for number in range(len(self.heard))]
        self._levels = self._settle()

    @property
    def length(self) -> int:
        """Questions of the longest chain."""
        return max(self._levels, default=0)

    def longest(self) -> tuple[Step, ...]:
        """One longest chain, first question first."""
        number: int | None = self._levels.index(self.length)
        steps: list[Step] = []
        while number is not None:
            before = [(self._first(need), need) for need in self._needs[number]]
            latest = max(before, key=lambda pair: self._levels[pair[0]], default=None)
            steps.append(Step(self._levels[number], self.heard[number], latest[1] if latest else None))
            number = latest[0] if latest else None
        return tuple(reversed(steps))

    def twice(self) -> tuple[str, ...]:
        """Questions to AWS, DNS and registries that were asked more than once."""
        asked = Counter(f"{each.source} {each.question}" for each in self.heard if each.source != "http")
        return tuple(question for question, count in asked.items() if count > 1)

    def _first(self, need: Need) -> int:
        """The answer of the lowest level that gives what is needed."""
        giving = [number for number, each in enumerate(self.heard) if need.met_by(each, self._texts[number])]
        return min(giving, key=lambda number: (self._levels[number], self.heard[number].source == "registry"))

    def _settle(self) -> list[int]:
        levels = [0] * len(self.heard)
        missing = [list(needs) for needs in self._needs]
        fresh: list[int] = []
        for level in range(1, len(self.heard) + 1):
            for number in fresh:
                for needs in missing:
                    needs[:] = [each for each in needs if not each.met_by(self.heard[number], self._texts[number])]
            fresh = [number for number, needs in enumerate(missing) if not needs and not levels[number]]
            for number in fresh:
                levels[number] = level
        lost = [self.heard[number].question for number, level in enumerate(levels) if not level]
        if lost:
            raise ValueError(f"no answer explains how these could be asked: {lost}")
        return levels

    def _needs_of(self, number: int) -> Iterator[Need]:
        heard = self.heard[number]
        if heard.source == "aws":
            yield from self._aws(heard.question)
        elif heard.source == "dns":
            yield from self._dns(heard.question)
        elif heard.source == "http":
            yield from self._http(number)
        elif heard.question.startswith("WHOIS ") and "." in heard.question:
            # the TLD's own server, unless the bundled list has it
            yield from (
                Need("", "registry", re.escape(each.question))
                for each in self.heard
                if each.source == "registry" and "." not in each.question
            )

    def _aws(self, question: str) -> Iterator[Need]:
        words = dict.fromkeys(TOKENS.findall(unquote_plus(question)))
        if words and question.startswith(OF_A_VPC):
            yield Need("", "aws", "elasticloadbalancing:DescribeLoadBalancers")
            return
        yield from (Need(word, "aws") for word in words)

    def _dns(self, question: str) -> Iterator[Need]:
        server, name, *_ = question.split()
        if server not in self._start:
            yield Need(server, "dns")
        name = name.rstrip(".")
        # A validation record whose name has the domain twice is looked for too: some panels append it.
        name = name.removesuffix(f".{self._host}") if name.endswith(f".{self._host}.{self._host}") else name
        domain = next((name.removeprefix(label) for label in OF_ANY_DOMAIN if name.startswith(label)), name)
        if domain and not f".{self._host}".endswith(f".{domain}"):
            yield Need(name)

    def _http(self, number: int) -> Iterator[Need]:
        place = self.heard[number].question
        address = place.rpartition(":")[0]
        not_resolvers = rf"(?!(?:{'|'.join(map(re.escape, self._resolvers))}) )\S+ "
        of_host = Need(address, "dns", not_resolvers + re.escape(self._host) + r"\. ")
        of_balancer = Need(address, "dns", not_resolvers)  # probed too, where the host does not lead to it
        for own in (of_host, of_balancer):
            if any(own.met_by(each, self._texts[other]) for other, each in enumerate(self.heard)):
                yield own
                return
        yield Need(address, "aws")
        yield from (Need("", "aws", action) for action in DOORS)
        earlier = [each for each in self.heard[:number] if each.source == "http" and each.question == place]
        if earlier:
            yield _After(place, "http", earlier=earlier[-1])


@dataclass(frozen=True)
class _After(Need):
    """A request that waits for the one before it."""

    earlier: Heard | None = None

    def met_by(self, heard: Heard, text: str) -> bool:  # noqa: ARG002 - as every need
        """Whether it is that one."""
        return heard is self.earlier


def _text(heard: Heard) -> str:
    """An answer in words, lower case."""
    if heard.source == "dns":
        try:
            return dns.message.from_wire(heard.answer).to_text().lower()
        except dns.exception.DNSException:
            return ""
    return heard.answer.decode("latin-1").lower()
