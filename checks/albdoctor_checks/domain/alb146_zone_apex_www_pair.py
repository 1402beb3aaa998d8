"""ALB146: the name with www has an address, and the domain itself has none."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from albdoctor.checkup import INFO, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import batch, copy
from albdoctor.derive.dns.held import Records
from albdoctor.derive.dns.visited import usable
from albdoctor.derive.dns.zones import ServingZone, ServingZones
from albdoctor.facts.dns import Answer, HostAnswers, ServedRecords
from albdoctor.facts.known import Kind, Known, Observed, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

ADDRESSES = ("A", "AAAA")
LEADING = (*ADDRESSES, "CNAME")
SUMMARY = Text(
    en="Let {domain} lead where {host} leads, if visitors may leave out www.",
    ko="www 없이도 접속할 수 있게 하려면 {domain} 이름도 {host} 이름과 같은 곳을 가리키게 하세요.",
)
SIDE_EFFECTS = (
    Text(
        en="The certificate has to cover {domain} as well, and a rule of the listener may have to take it.",
        ko="인증서에 {domain} 이름도 있어야 하며, 리스너 규칙에 호스트 조건이 있다면 이 이름도 추가해야 합니다.",
    ),
)
VERIFY = "dig +short {domain}"
SCRIPT = Fix(
    summary=SUMMARY,
    impact=Impact.NONE,
    side_effects=SIDE_EFFECTS,
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch {change_batch}",
    console=(
        Text(
            en="Route 53 > Hosted zones > {domain} > Create record: name left empty, type A, Alias on",
            ko="Route 53 > 호스팅 영역 > {domain} > 레코드 생성: 이름은 비워 두고, 유형 A, 별칭 켜기",
        ),
    ),
    verify=VERIFY,
)
"""With the alias of the name with www; nothing that is there is replaced."""
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.NONE,
    side_effects=SIDE_EFFECTS,
    by_hand=Text(
        en="Where the DNS of {domain} is served, give the domain itself an address: in Route 53 an alias to the load balancer, elsewhere ALIAS, ANAME or flattening (a CNAME is not allowed there), or a redirect to {host} that the provider offers. Where nobody is meant to type the bare domain, there is nothing to do.",
        ko="{domain} 이름의 DNS를 운영하는 곳에서 도메인 자체에 주소를 만드세요. Route 53이면 로드 밸런서에 대한 별칭, 다른 업체면 ALIAS, ANAME 또는 flattening을 쓰거나(루트 도메인에는 CNAME을 쓸 수 없음) {host} 주소로 리디렉션하세요. www 없는 주소를 쓰지 않는다면 할 일이 없습니다.",
    ),
    verify=VERIFY,
)


@check(
    id="ALB146",
    slug="zone-apex-www-pair",
    severity=INFO,
    since="0.2",
    message=Text(
        en="{domain} has no address, while {host} has one: the site opens only with www",
        ko="{host} 이름에는 주소가 있지만 {domain} 이름에는 없어 www를 붙여야만 접속됩니다",
    ),
    why=Text(
        en="Many people leave out www when they type a name, and their browser says that the server cannot be found. A wildcard record does not cover the domain itself.",
        ko="많은 사람이 주소를 입력할 때 www를 생략하는데, 그러면 서버를 찾을 수 없다고 표시됩니다. 와일드카드 레코드는 루트 도메인에 적용되지 않습니다.",
    ),
    fixes=(SCRIPT, BY_HAND),
    words=Text(
        en=(
            "works only with www; naked domain does not work; root domain does not resolve; "
            "without www it does not open; apex has no A record; www works but domain does not"
        ),
        ko=(
            "www를 붙여야만 접속; www 없이는 접속 안됨; 루트 도메인 접속 안됨; 네이키드 도메인 안됨; "
            "www는 되는데 도메인만 치면 안됨"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html",
    ),
)
def zone_apex_www_pair(
    scan: Scan, served_records: Observed[ServedRecords], host_answers: HostAnswers, serving: Observed[ServingZones]
) -> Iterator[Verdict]:
    """Yield the domain where the host is its name with www, has an address, and the domain was seen to have none."""
    domain = scan.registrable
    if scan.host != f"www.{domain}" or not host_answers.addresses:
        return
    # It only helps: where nobody could look, no name is accused, and none called sound.
    answers = served_records.value.answers if isinstance(served_records, Known) else ()
    every = [one for one in answers if one.question == domain and one.type in ADDRESSES and usable(one)]
    if any(_leads(one) for one in every):
        yield fine(Ref(Kind.DOMAIN, domain))
    elif {one.type for one in every} == {*ADDRESSES}:
        zones = serving.value if isinstance(serving, Known) else ()
        here = next((one for one in zones if one.zone.name == domain), None)
        copies = _copies(here, domain) if here else ""
        yield found(
            Ref(Kind.DOMAIN, domain),
            *(saw(asked.dns(one.type, domain, one.server), f"{one.rcode}, {one.type}: []") for one in every),
            saw(asked.dns("A and AAAA", scan.host), ", ".join(host_answers.addresses)),
            fix=SCRIPT if copies else BY_HAND,
            domain=domain,
            host=scan.host,
            zone_id=here.zone.id if here else "",
            change_batch=copies,
        )


def _leads(answer: Answer) -> bool:
    return any(one.type in LEADING and one.name == answer.question for one in answer.records)


def _copies(here: ServingZone, domain: str) -> str:
    """The host's own aliases once more, for the domain; empty: it has others, which cannot be copied there."""
    records: Records = here.answering()
    plain = all(one.alias_target and not one.set_identifier for one in records)
    changes = [copy(replace(one, name=f"{domain}.")) | {"Action": "CREATE"} for one in records]
    return batch(changes) if plain and changes else ""
