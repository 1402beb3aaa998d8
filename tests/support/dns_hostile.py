"""Trees of which one domain belongs to an attacker: what it names and answers is made to cost others, or the scan.

NXNS (https://arxiv.org/abs/2005.09107): a referral names a hundred servers in the victim's zone without addresses,
so that each of them has to be looked up at the victim's own servers.
"""

from __future__ import annotations

from collections.abc import Callable

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from albdoctor.collect.dns.questions import Dns
from albdoctor.facts.known import Known
from tests.support.dns_server import Server, zone
from tests.support.dns_signed import signed, spoiled
from tests.support.dns_tree import EXAMPLE, NET, tree
from tests.support.signing import pair

VICTIM, EVIL = "192.0.2.66", "192.0.2.99"
HOST = "a.b.c.d.e.f.shop.example"
HUNDRED = range(100)
NAMES = tuple(f"n{n}.shop.example" for n in range(20))
KEY = pair()
REFERRALS = (
    "a hundred names in the victim's zone",
    "a hundred fresh names at every level",
    "a hundred zones on the victim's server",
    "the victim as the server of every name",
    "a chain of aliases into the victim's zone",
    "name servers that wait for each other",
)
ANSWERS = (
    "aliases without end",
    "answers of 64 kB",
    "only datagrams with another id",
    "denials of 65,535 iterations",
    "many keys and many signatures",
)


async def whole_dns(dns_: Dns) -> int:
    """Everything that a scan asks DNS; gives how many questions that were."""
    delegation = await dns_.delegation(keys=True, records=True)
    if isinstance(delegation, Known):
        answers = await dns_.host_answers(delegation.value)
        await dns_.served_records(delegation.value)
        await dns_.chain(delegation.value, answers.value if isinstance(answers, Known) else None)
    await dns_.caa_sets(NAMES)
    await dns_.validation_answers(tuple((f"_x.{name}", "_y.acm-validations.aws") for name in NAMES))
    await dns_.addresses("alias.evil.net")
    return dns_.questions


def referring(names: Callable[[str], list[str]], glue: str = "") -> Callable[[dns.message.Message], bytes]:
    """Answer every question with a referral for exactly the name that was asked; all servers have one address."""

    def raw(query: dns.message.Message) -> bytes:
        reply = dns.message.make_response(query)
        name = query.question[0].name
        servers = [f"{server}." for server in names(name.to_text(omit_final_dot=True))]
        reply.authority.append(dns.rrset.from_text_list(name, 300, "IN", "NS", servers))
        if glue:
            reply.additional += [dns.rrset.from_text(server, 300, "IN", "A", glue) for server in servers]
        return reply.to_wire(max_size=65535)

    return raw


def fresh(asked: str) -> list[str]:
    """A hundred names in the victim's zone that no other question leads to."""
    return [f"n{n}.{asked.replace('.', '-')}.victim.net" for n in HUNDRED]


def hostile(kind: str, victim: str) -> dict[str, Server]:
    """A tree whose shop.example belongs to an attacker, and whose victim.net does not."""
    servers = tree(example="shop NS ns.shop\nns.shop A " + EVIL)
    net = f"victim NS ns.victim\nns.victim A {VICTIM}\nevil NS ns.evil\nns.evil A {EVIL}"
    servers[NET] = Server((zone("net.", net),))
    servers[VICTIM] = Server((zone("victim.net.", "@ TXT x"),), victim)
    servers[EVIL] = Server(mode="REFUSED")
    match kind:
        case "a hundred names in the victim's zone":
            listed = "".join(f"shop NS n{n}.victim.net.\n" for n in HUNDRED)
            servers[EXAMPLE] = Server((zone("example.", f"{listed}@ NS a.example.\na A {EXAMPLE}"),))
        case "a hundred fresh names at every level":
            servers[EVIL] = Server(raw=referring(fresh))
        case "a hundred zones on the victim's server":
            # Each name server's own zone lies on the victim's server: each look-up ends there.
            servers[EVIL] = Server(raw=_zones_of_the_victim)
        case "the victim as the server of every name":
            servers[EVIL] = Server(raw=referring(lambda asked: [f"ns{n}.{asked}" for n in range(20)], VICTIM))
        case "a chain of aliases into the victim's zone":
            servers[EVIL] = Server(raw=_alias)
        case "aliases without end":
            servers[EVIL] = Server(raw=_endless)
        case "answers of 64 kB":
            servers[EVIL] = Server(raw=_bomb)
        case "only datagrams with another id":
            servers[EVIL] = Server(mode="drop", before=_with_another_id)
        case "denials of 65,535 iterations":
            servers[EVIL] = Server(raw=_denial)
        case "many keys and many signatures":
            servers = signed(KEY.ds("shop.example."), shop=spoiled(KEY))
        case _:
            # Name servers that only resolve through each other, a hundred deep.
            loop = "".join(f"n{n} NS ns.n{(n + 1) % 100}.shop.example.\n" for n in HUNDRED)
            servers[EVIL] = Server((zone("shop.example.", loop + "f NS ns.n0.shop.example.\n"),))
    return servers


def _zones_of_the_victim(query: dns.message.Message) -> bytes:
    asked = query.question[0].name.to_text(omit_final_dot=True)
    if asked.endswith(".net"):
        return referring(lambda _: [f"ns.{asked}"], VICTIM)(query)
    return referring(lambda name: [f"h{n}.{name.replace('.', '-')}.evil.net" for n in HUNDRED])(query)


def _alias(query: dns.message.Message) -> bytes:
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    name = query.question[0].name
    label = name.labels[0].decode()
    reply.answer.append(dns.rrset.from_text(name, 300, "IN", "CNAME", f"{label}x.victim.net."))
    return reply.to_wire(max_size=65535)


def _endless(query: dns.message.Message) -> bytes:
    """Each name is an alias of a longer one in the same zone."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    name = query.question[0].name
    label = name.labels[0].decode()
    target = f"{label[:40]}y.{name.parent()}"
    reply.answer.append(dns.rrset.from_text(name, 300, "IN", "CNAME", target))
    return reply.to_wire(max_size=65535)


def _bomb(query: dns.message.Message) -> bytes:
    """As many records as a message holds, of whatever is asked, under the name that is asked."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    name = query.question[0].name
    texts = dns.rrset.from_text(name, 300, "IN", "TXT", *(f'"{at:04}{"x" * 200}"' for at in range(250)))
    addresses = dns.rrset.from_text(name, 300, "IN", "A", *(f"203.0.{at // 250}.{at % 250}" for at in range(300)))
    reply.answer += [texts, addresses]
    return reply.to_wire(max_size=65535)


def _with_another_id(query: dns.message.Message) -> list[bytes]:
    forged = dns.message.make_response(query)
    forged.id = (query.id + 1) % 65536
    return [forged.to_wire()] * 200


def _denial(query: dns.message.Message) -> bytes:
    """No such name, proven by hashes that take 65,535 rounds each (RFC 9276, CVE-2023-50868)."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    reply.set_rcode(dns.rcode.NXDOMAIN)
    for at in range(30):
        owner = f"{at:02}p9mhaveqvm6t7vbl5lop2u3t2rp3.shop.example."
        proof = f"1 1 65535 {'ab' * 32} {at:02}t7vbl5lop2u3t2rp3tom2p9mhaveqv A RRSIG"
        reply.authority.append(dns.rrset.from_text(owner, 300, "IN", "NSEC3", proof))
    return reply.to_wire(max_size=65535)
