"""The registrars that albdoctor knows, and where their customers change name servers.

Menu paths come from the registrars' help pages and from users' notes, as each row says; ids from registry WHOIS samples.
Name servers that also serve a DNS product one chooses on purpose (Cloudflare, Google Cloud DNS,
Route 53) are no registrar's default.
"""

# ruff: noqa: E501 - a text stands on one line, so that both languages can be compared
from __future__ import annotations

from msgspec import Struct

from albdoctor.text import Text, same

DATE = "2026-11-30"
"""When this table was last gone through against its sources, by hand."""


class Registrar(Struct, frozen=True, kw_only=True):
    """A registrar and the way through its panel. Panels are reworded often: show the page beside the path."""

    name: str
    iana_ids: frozenset[int] = frozenset()
    """Ids of the IANA registrar list; several where one company holds several."""
    words: tuple[str, ...] = ()
    """Parts of the registrar's name as registration data writes it, lower case."""
    nameservers: tuple[str, ...] = ()
    """Its default name servers; `*` stands for letters of one label."""
    menu: Text
    page: str
    """Its own help page about changing name servers; empty: none is known."""
    catches: tuple[Text, ...] = ()
    changeable: bool = True
    """False: it admits no name servers but its own."""
    resells: bool = False
    """Others sell its registrations under names of their own: the customer's panel is theirs."""
    source: str
    """Where the row is from: the registrar's help page (`page`), or whose notes."""
    checked: str
    """The day on which it was read there."""


class Parking(Struct, frozen=True, kw_only=True):
    """Name servers that hold a domain back or show advertisements on it."""

    name: str
    nameservers: tuple[str, ...]
    unverified: bool
    """The registrant's e-mail address was never confirmed (ICANN verification)."""


DNSSEC_FIRST = Text(
    en="If DNSSEC is on, turn it off there before you change the name servers, or validating resolvers will fail.",
    ko="DNSSEC가 켜져 있으면 네임서버를 바꾸기 전에 먼저 끄세요. 그대로 두면 DNSSEC를 검증하는"
    " 리졸버에서 조회가 실패합니다.",
)

HELP_PAGE = "its own help page"
NOT_VERIFIED = "not verified: as customers describe it"
USERS_NOTES = "users' notes of its panel, which name its help page"
BY_RESELLERS = Text(
    en="Shops sell its registrations under names of their own: if you bought the domain from one of them, sign in there.",
    ko="리셀러를 통해 구입했다면 이곳이 아니라 구입한 업체의 관리 화면에서 바꿔야 합니다.",
)

REGISTRARS: tuple[Registrar, ...] = (
    Registrar(
        name="Gabia",
        iana_ids=frozenset({244}),
        words=("gabia", "가비아"),
        nameservers=("ns*.gabia.co.kr", "ns*.gabia.net"),
        menu=Text(
            en="My가비아 > 서비스 관리 > 도메인 통합 관리툴 > 도메인 정보 변경 > tick the domain > 네임서버 > 소유자 인증 (owner check) > save",
            ko="My가비아 > 서비스 관리 > 도메인 통합 관리툴 > 도메인 정보 변경 > 도메인 선택 > 네임서버 > 소유자 인증 > 저장",
        ),
        page="https://customer.gabia.com/manual/domain/286/991",
        catches=(
            Text(
                en="Gabia asks the owner to confirm it by e-mail or phone.",
                ko="저장하기 전에 이메일이나 휴대전화로 소유자 인증을 해야 합니다.",
            ),
            Text(
                en="A transfer to Gabia or a new registration brings its own back.",
                ko="기관 이전이나 재등록을 하면 가비아 기본 네임서버로 되돌아갑니다.",
            ),
        ),
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="Cafe24",
        words=("cafe24", "카페24"),
        nameservers=("ns*.cafe24.com", "ns*.cafe24.co.kr"),
        menu=same("나의 서비스 관리 > 도메인 관리 > 네임서버 변경"),
        page="https://help.cafe24.com/faq/domain/dns-management/how_to_change_domain_nameserver",
        catches=(
            Text(
                en="Cafe24 asks the owner to verify their identity (본인인증).",
                ko="본인인증을 해야 변경할 수 있습니다.",
            ),
        ),
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="Whois (후이즈)",
        iana_ids=frozenset({100}),
        words=("whois corp", "whois.co.kr", "후이즈"),
        nameservers=("ns*.whoisdomain.kr",),
        menu=Text(
            en="마이후이즈 > 내 도메인 자산 관리 > tick the domain > 네임서버 변경 > 직접 입력 > 신청하기",
            ko="마이후이즈 > 내 도메인 자산 관리 > 도메인 선택 > 네임서버 변경 > 직접 입력 > 신청하기",
        ),
        page="https://domain.whois.co.kr/ns_service",
        catches=(
            Text(
                en="The change is an application that is handled by hand: it does not take effect at once.",
                ko="신청 후 처리되는 방식이라 바로 적용되지 않습니다.",
            ),
        ),
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="Hosting.kr",
        iana_ids=frozenset({1489}),
        words=("megazone", "hosting.kr", "호스팅케이알"),
        nameservers=("ns*.hosting.co.kr",),
        menu=same("나의 서비스 > 도메인 관리 > 네임서버 주소변경 > 1차-4차 > IP Check > 변경하기"),
        page="https://help.hosting.kr/hc/ko/articles/360035319952",
        catches=(
            Text(
                en="Hosting.kr drops the DNS records it holds when the name servers change: copy them first.",
                ko="네임서버를 바꾸면 기존 DNS 레코드가 삭제됩니다. 먼저 옮겨 적으세요.",
            ),
        ),
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="Inames (아이네임즈)",
        iana_ids=frozenset({444}),
        words=("inames", "아이네임즈"),
        menu=same("나의 서비스 > 도메인 관리 > 설정변경 > 네임서버 변경요청"),
        page="https://www.inames.co.kr",
        source="https://hsweb.pics/nameserver-guide",
        checked="2026-11-22",
    ),
    Registrar(
        name="GoDaddy",
        iana_ids=frozenset({146}),
        words=("godaddy",),
        nameservers=("ns*.domaincontrol.com",),
        menu=same("Domain Portfolio > Domain > DNS > Nameservers > Change Nameservers > I'll use my own nameservers"),
        page="https://www.godaddy.com/help/change-nameservers-for-your-domain-names-664",
        catches=(DNSSEC_FIRST,),
        source=USERS_NOTES,
        checked="2026-11-22",
    ),
    Registrar(
        name="Namecheap",
        iana_ids=frozenset({1068}),
        words=("namecheap",),
        nameservers=("dns*.registrar-servers.com",),
        menu=Text(
            en="Domain List > Manage > Nameservers > Custom DNS > the green tick",
            ko="Domain List > Manage > Nameservers > Custom DNS > 초록색 체크 표시",
        ),
        page="https://www.namecheap.com/support/knowledgebase/article.aspx/767/10/how-to-change-dns-for-a-domain/",
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="Cloudflare Registrar",
        iana_ids=frozenset({1910}),
        words=("cloudflare",),
        menu=Text(
            en="Cloudflare Registrar allows no name servers but its own. Transfer the domain to another"
            " registrar, or keep Cloudflare DNS and create the records there",
            ko="Cloudflare Registrar는 자체 네임서버만 허용합니다. 도메인을 다른 도메인 등록 기관으로"
            " 이전하거나, Cloudflare DNS를 그대로 두고 그곳에 레코드를 만드세요",
        ),
        page="https://developers.cloudflare.com/registrar/faq/",
        changeable=False,
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="Squarespace Domains",
        iana_ids=frozenset({895}),
        words=("squarespace",),
        nameservers=("nsc*.squarespacedns.com",),
        menu=same("Domains > Domain > DNS > Domain Nameservers > Use custom nameservers"),
        page="https://support.squarespace.com/hc/articles/4404183898125-Nameservers-and-DNSSEC-for-Squarespace-managed-domains",
        catches=(DNSSEC_FIRST,),
        source=USERS_NOTES,
        checked="2026-11-22",
    ),
    Registrar(
        name="Route 53 Domains",
        iana_ids=frozenset({468}),
        words=("amazon registrar",),
        menu=Text(
            en="Route 53 > Registered domains > Domain > Actions > Edit name servers",
            ko="Route 53 > 등록된 도메인 > 도메인 > 작업 > 이름 서버 편집",
        ),
        page="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html",
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="Porkbun",
        iana_ids=frozenset({1861}),
        words=("porkbun",),
        nameservers=("*.ns.porkbun.com",),
        menu=same("Domain Management > Domain > Authoritative Nameservers > Edit"),
        page="https://kb.porkbun.com/article/22-how-to-change-your-nameservers",
        catches=(DNSSEC_FIRST,),
        source=USERS_NOTES,
        checked="2026-11-22",
    ),
    Registrar(
        name="OVHcloud",
        iana_ids=frozenset({433}),
        words=("ovh",),
        nameservers=("dns*.ovh.net", "ns*.ovh.net"),
        menu=same("Web Cloud > Domain names > Domain > DNS servers > Modify DNS servers > Apply configuration"),
        page="https://github.com/ovh/docs/blob/develop/pages/web_cloud/domains/dns_server_edit/guide.en-gb.md",
        source=HELP_PAGE,
        checked="2026-11-22",
    ),
    Registrar(
        name="IONOS",
        iana_ids=frozenset({83}),
        words=("ionos", "1&1"),
        nameservers=("ns*.ui-dns.com", "ns*.ui-dns.org", "ns*.ui-dns.biz", "ns*.ui-dns.de"),
        menu=same("Domains & SSL > Domain > Name server > Use custom name servers"),
        page="https://www.ionos.com/help/domains/using-your-own-name-servers/using-your-own-name-servers-for-a-domain/",
        source=USERS_NOTES,
        checked="2026-11-22",
    ),
    Registrar(
        name="Gandi",
        iana_ids=frozenset({81}),
        words=("gandi",),
        nameservers=("ns-*.gandi.net",),
        menu=same("Domain > Nameservers > Change > External"),
        page="https://docs.gandi.net/en/domain_names/common_operations/changing_nameservers.html",
        catches=(DNSSEC_FIRST, BY_RESELLERS),
        resells=True,
        source=USERS_NOTES,
        checked="2026-11-22",
    ),
    Registrar(
        name="Onamae (お名前.com)",
        iana_ids=frozenset({49}),
        words=("onamae", "gmo internet", "お名前"),
        nameservers=("*.dnsv.jp", "dns*.onamae.com"),
        menu=same("Navi > ドメイン設定 > ネームサーバーの設定 > 他のネームサーバーを利用 > 確認 > 設定"),
        page="https://help.onamae.com/answer/8210",
        catches=(BY_RESELLERS,),
        resells=True,
        source=USERS_NOTES,
        checked="2026-11-22",
    ),
    Registrar(
        name="Muumuu Domain (ムームードメイン)",
        words=("muumuu", "gmo pepabo", "ムームー"),
        nameservers=("dns*.muumuu-domain.com",),
        menu=same("コントロールパネル > ドメイン操作 > ネームサーバ設定変更 > GMOペパボ以外のネームサーバを使用する"),
        page="https://muumuu-domain.com/",
        source=NOT_VERIFIED,
        checked="2026-11-30",
    ),
    Registrar(
        name="Value Domain (バリュードメイン)",
        words=("value-domain", "value domain", "digirock", "バリュードメイン"),
        nameservers=("ns*.value-domain.com",),
        menu=same("ドメイン > ドメインの設定操作 > ネームサーバー > 保存"),
        page="https://www.value-domain.com/",
        source=NOT_VERIFIED,
        checked="2026-11-30",
    ),
    Registrar(
        name="Hostway (SiteControl)",
        words=("hostway", "호스트웨이"),
        menu=same("SiteControl > Domain Names > Edit > Name Servers > Edit > Update"),
        page="https://sitecontrol.hostway.co.kr",
        catches=(
            Text(
                en="For .kr the form wants the IP address beside each name: `dig +short NAME` tells it.",
                ko=".kr 도메인은 네임서버마다 IP 주소도 입력해야 합니다. `dig +short 네임서버`로 확인하세요.",
            ),
        ),
        source="https://hsweb.pics/nameserver-guide; https://help.townsquarewebhost.com/hc/en-us/articles/18361489312796",
        checked="2026-11-30",
    ),
    Registrar(
        name="Hostinger",
        iana_ids=frozenset({1636}),
        words=("hostinger",),
        menu=same("hPanel > Domains > Domain portfolio > Manage > DNS / Nameservers > Change nameservers"),
        page="https://www.hostinger.com/tutorials/dns/how-to-change-domain-nameservers",
        catches=(
            Text(
                en="While a transfer to Hostinger runs, up to seven days, its name servers cannot be changed.",
                ko="Hostinger로 기관 이전이 진행되는 동안(최대 7일)에는 네임서버를 바꿀 수 없습니다.",
            ),
        ),
        source=USERS_NOTES,
        checked="2026-11-30",
    ),
    Registrar(
        name="Alibaba Cloud (万网)",
        iana_ids=frozenset({420, 1599}),
        words=("alibaba", "hichina", "阿里云", "万网"),
        nameservers=("dns*.hichina.com",),
        menu=same("Domain Names > Manage > Modify DNS > Modify DNS Server"),
        page="https://www.alibabacloud.com/help/en/dns/pubz-modify-dns-server-for-alibaba-cloud-domain-name",
        source=HELP_PAGE,
        checked="2026-11-30",
    ),
    Registrar(
        name="Tucows",
        iana_ids=frozenset({69}),
        words=("tucows",),
        menu=Text(
            en="Domain Management Interface > Name Servers > Save Configuration",
            ko="도메인 관리 화면 > Name Servers > Save Configuration",
        ),
        page="http://www.tucowsdomains.com/name-server-dns-changes/how-do-i-change-my-name-servers-dns/",
        catches=(BY_RESELLERS,),
        resells=True,
        source=HELP_PAGE,
        checked="2026-11-30",
    ),
)

PARKINGS: tuple[Parking, ...] = (
    Parking(
        name="registrant verification",
        nameservers=(
            "ns*.emailverification.info",
            "verify-contact-details.namecheap.com",
            "failed-whois-verification.namecheap.com",
            "ns*.verification-hold.suspended-domain.com",
        ),
        unverified=True,
    ),
    Parking(name="Sedo", nameservers=("*.sedo.com", "*.sedoparking.com"), unverified=False),
    Parking(
        name="expired or parked",
        nameservers=(
            "*.expired.uniregistry-dns.com",
            "expired.uniregistry-dns.com",
            "*.expirationwarning.net",
            "*.fastpark.net",
            "*.ibspark.com",
            "*.parkingcrew.net",
            "*.bodis.com",
            "*.above.com",
            "*.afternic.com",
        ),
        unverified=False,
    ),
)
