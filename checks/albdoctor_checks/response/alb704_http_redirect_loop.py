"""ALB704: the site redirects without end."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive.request.functions import Functions
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.redirect_loops import answers, by_balancer, is_loop, may_end_with_a_cookie
from albdoctor.derive.routing.conditions import host_of
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Exchange
from albdoctor.text import Text, command

FIX = Fix(
    summary=Text(
        en="Let the application trust X-Forwarded-Proto, or redirect to https at the load balancer only.",
        ko="애플리케이션이 X-Forwarded-Proto 헤더를 신뢰하게 하거나, https 리디렉션을 로드 밸런서에서만 하세요.",
    ),
    by_hand=Text(
        en="The load balancer ends TLS and speaks plain HTTP to the target, so an application that looks only at its own connection redirects every request. Remove its redirect and let only the HTTP:80 listener redirect, or make it read X-Forwarded-Proto. For nginx:\n"
        '  if ($http_x_forwarded_proto = "http") { return 301 https://$host$request_uri; }\n'
        "Django: SECURE_PROXY_SSL_HEADER. Rails: config.assume_ssl. Spring: server.forward-headers-strategy=native. WordPress: set $_SERVER['HTTPS'] when the header says https.",
        ko="로드 밸런서가 TLS를 종료하고 대상에는 평문 HTTP로 요청하므로, 자신이 받은 연결만 보는 애플리케이션은 모든 요청을 리디렉션합니다. 애플리케이션의 리디렉션을 없애고 HTTP:80 리스너에서만 리디렉션하거나, X-Forwarded-Proto 헤더를 읽게 하세요. nginx 예:\n"
        '  if ($http_x_forwarded_proto = "http") { return 301 https://$host$request_uri; }\n'
        "Django: SECURE_PROXY_SSL_HEADER. Rails: config.assume_ssl. Spring: server.forward-headers-strategy=native. WordPress: 헤더가 https이면 $_SERVER['HTTPS'] 설정.",
    ),
    verify="curl -sSIL --max-redirs 5 https://{host}/",
)
BETWEEN_NAMES = Fix(
    summary=Text(
        en="Let only one of the names redirect to the other: {names}.",
        ko="두 이름 중 한쪽만 다른 쪽으로 리디렉션하게 하세요: {names}.",
    ),
    by_hand=Text(
        en="One side redirects to the name with www, the other to the name without. The evidence shows who: an answer with the server awselb/2.0 is a rule of the load balancer, any other is the application's (WordPress: the Site Address; Django, Rails, Next.js: the canonical host). Decide for one name, and remove the redirect that leads away from it.",
        ko="한쪽은 www가 있는 이름으로, 다른 쪽은 www가 없는 이름으로 리디렉션합니다. 근거를 보면 어느 쪽인지 알 수 있습니다. server가 awselb/2.0인 응답은 로드 밸런서 규칙이고, 그 외는 애플리케이션(워드프레스의 사이트 주소, Django, Rails, Next.js의 대표 호스트 설정)입니다. 쓸 이름을 하나로 정하고 그 이름에서 벗어나는 리디렉션을 없애세요.",
    ),
    verify="curl -sSIL --max-redirs 5 https://{host}/",
)

COOKIE = Text(
    en="The site sets a cookie first and lets browsers that send it back go on",
    ko="사이트가 먼저 쿠키를 설정하고, 쿠키를 다시 보내는 브라우저만 통과시킬 수 있습니다",
)
OWN_RULES = Text(
    en="A rule of the load balancer that depends on the client redirects in a circle.",
    ko="클라이언트에 따라 달라지는 로드 밸런서 규칙이 순환 리디렉션을 만듭니다.",
)


@check(
    id="ALB704",
    slug="http-redirect-loop",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{url} redirects without end",
        ko="{url} 요청이 끝없이 리디렉션됩니다",
    ),
    why=Text(
        en="A redirect leads back to a URL that was already requested: browsers give up with ERR_TOO_MANY_REDIRECTS.",
        ko="리디렉션이 이미 요청한 주소로 되돌아옵니다. 브라우저는 ERR_TOO_MANY_REDIRECTS(리디렉션한 횟수가 너무 많습니다) 오류를 표시합니다.",
    ),
    fixes=(FIX, BETWEEN_NAMES),
    shows={"redirects"},
    words=Text(
        en=(
            "ERR_TOO_MANY_REDIRECTS; redirect loop behind load balancer; infinite redirect https; "
            "X-Forwarded-Proto; SECURE_PROXY_SSL_HEADER; force_ssl loop; Cloudflare flexible loop; "
            "WordPress is_ssl loop; mixed content; redirect_uri http instead of https; "
            "endless redirect; too many redirects; app thinks request is http; SECURE_SSL_REDIRECT; "
            "trust proxy express; forward headers strategy; TrustProxies Laravel; nginx 301 loop; "
            "links are http behind https; secure cookie not set behind proxy; "
            "request.is_secure false; request.scheme is http; OAuth callback is http; "
            "server.forward-headers-strategy; UseForwardedHeaders; use_x_forwarded_proto; "
            "HTTPS forced twice; wp-login redirects forever; Magento base url loop; "
            "css not loaded over https; http urls generated behind load balancer; "
            "proxy_set_header X-Forwarded-Proto; FORWARDED_ALLOW_IPS; login redirects to http"
        ),
        ko=(
            "무한 리다이렉트; 리디렉션한 횟수가 너무 많습니다; 리다이렉트 루프; "
            "X-Forwarded-Proto 설정; nginx 301 루프; 클라우드플레어 Flexible; Mixed Content; "
            "https 강제 중복; redirect_uri가 http로 나감; forward-headers-strategy; "
            "리다이렉션이 끝없이 반복; ERR_TOO_MANY_REDIRECTS; 앱이 http로 인식; "
            "워드프레스 무한 리다이렉트; 스프링 forward-headers; 프록시 헤더 설정; 혼합 콘텐츠; "
            "로그인 후 http로 이동; 소셜 로그인 redirect_uri 불일치; 장고 SECURE_PROXY_SSL_HEADER; "
            "링크가 http로 생성됨; 로드밸런서 뒤에서 https 인식 못함; 리다이렉트가 반복됨; "
            "trust proxy 설정; 클라우드플레어 SSL 가변 모드; 카카오 로그인 redirect_uri http; "
            "라라벨 https 인식"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html",),
)
def http_redirect_loop(scan: Scan, own_probes: OwnProbes, functions: Functions) -> Iterator[Verdict]:
    """Yield the host when its load balancer's answers lead back to a URL that was asked before."""
    subject = Ref(Kind.DOMAIN, scan.host)
    tried = (chain for own in own_probes for chain in (own.probe.https, own.probe.http))
    chains = [chain for chain in tried if chain and chain[0].status]
    loops = [chain for chain in chains if is_loop(chain)]
    if loops:
        doubts = _doubts(loops[0], functions)
        names = tuple(dict.fromkeys(host_of(exchange.url) for exchange in answers(loops[0])))
        finding = found(
            subject,
            *(saw(*exchange_line(exchange)) for exchange in answers(loops[0])),
            fix=BETWEEN_NAMES if len(names) > 1 else FIX,
            host=scan.host,
            names=names,
            url=loops[0][0].url,
        )
        decide = command("curl -sSIL --cookie-jar - --max-redirs 5 {url}", url=loops[0][0].url)
        yield likely(finding, *doubts, decide=decide) if doubts else finding
    elif chains:
        yield fine(subject)


def _doubts(chain: tuple[Exchange, ...], functions: Functions) -> tuple[Text, ...]:
    """What else the loop could be."""
    # a redirect that does not carry the balancer's own Server header came from a target
    own_rules = all(by_balancer(one) and not functions.made(one) for one in answers(chain))
    return (*((OWN_RULES,) if own_rules else ()), *((COOKIE,) if may_end_with_a_cookie(chain) else ()))
