"""ALB708: the application writes its own addresses as it sees itself: over http, with its own port or inner name."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, WARNING, Evidence, Fix, Impact, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.wrong_urls import OwnUrls, Wrong, WrongUrl
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command

WRITTEN = Text(
    en="Somebody wrote the address into the page's text or a setting by hand; the application does not build it.",
    ko="애플리케이션이 만든 주소가 아니라 누군가 페이지 내용이나 설정에 직접 적은 주소일 수 있습니다.",
)
HOW = {
    Wrong.INSIDE: Text(en="no visitor can open it", ko="외부에서 열 수 없는 주소"),
    Wrong.PORT: Text(en="the load balancer has no such port", ko="로드 밸런서에 없는 포트"),
    Wrong.PLAIN: Text(en="it leaves https", ko="https가 아닌 주소"),
}
FIX = Fix(
    summary=Text(
        en="Let the application trust X-Forwarded-Proto, or set its public address to https://{host}.",
        ko="애플리케이션이 X-Forwarded-Proto 헤더를 신뢰하게 하거나, 공개 주소를 https://{host} 주소로 설정하세요.",
    ),
    impact=Impact.BRIEF,
    by_hand=Text(
        en="The load balancer ends TLS and asks the application over HTTP: Host is the visitor's, X-Forwarded-Proto says https, X-Forwarded-Port 443 (there is no X-Forwarded-Host). Frameworks read these only when they are told to:\n"
        "- Django: SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n"
        "- Rails: config.assume_ssl = true; Laravel: trustProxies(at: '*')\n"
        "- Spring Boot: server.forward-headers-strategy=framework; Tomcat: RemoteIpValve\n"
        "- Express: app.set('trust proxy', 1); ASP.NET Core: UseForwardedHeaders\n"
        "- WordPress: Settings > General, both addresses https://{host}\n"
        "A proxy on the server (nginx) must pass the headers on instead of setting its own: proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;",
        ko="로드 밸런서가 TLS를 종료하고 애플리케이션에는 HTTP로 요청합니다. Host는 방문자가 보낸 그대로이고 X-Forwarded-Proto는 https, X-Forwarded-Port는 443입니다(X-Forwarded-Host는 없습니다). 프레임워크는 설정해야 이 헤더를 읽습니다.\n"
        "- Django: SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n"
        "- Rails: config.assume_ssl = true, Laravel: trustProxies(at: '*')\n"
        "- Spring Boot: server.forward-headers-strategy=framework, Tomcat: RemoteIpValve\n"
        "- Express: app.set('trust proxy', 1), ASP.NET Core: UseForwardedHeaders\n"
        "- WordPress: 설정 > 일반의 두 주소를 https://{host} 값으로 변경\n"
        "서버의 프록시(nginx)는 헤더를 새로 만들지 말고 그대로 전달해야 합니다: proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;",
    ),
    verify="curl -sS {url} | grep -Eo '(href|src|action)=.http:[^ >]*' | sort | uniq -c",
)


@check(
    id="ALB708",
    slug="app-wrong-absolute-urls",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="The application at {url} sends visitors to {wrong} ({how})",
        ko="{url} 애플리케이션이 방문자를 잘못된 주소로 보냅니다: {wrong}({how})",
    ),
    why=Text(
        en="Behind the load balancer the application is asked over http, on its own port. If it builds its redirects, forms and scripts from that, browsers block them as mixed content, logins are lost on the way, and inner names lead nowhere.",
        ko="로드 밸런서 뒤의 애플리케이션은 http와 자체 포트로 요청을 받습니다. 이를 기준으로 리디렉션, 폼, 스크립트 주소를 만들면 브라우저가 혼합 콘텐츠로 차단하거나 로그인이 풀리고, 내부 이름은 열리지 않습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "mixed content; X-Forwarded-Proto ignored; application generates http links; links point to http; "
            "redirects to http behind load balancer; redirect to port 8080; login redirects to http; "
            "CSS not loaded over https; blocked mixed content; redirect to internal IP; form posts to http; "
            "SECURE_PROXY_SSL_HEADER; trust proxy; forward-headers-strategy"
        ),
        ko=(
            "혼합 콘텐츠; 믹스드 콘텐츠; mixed content; X-Forwarded-Proto; http 링크로 나옴; CSS가 안 나옴 https; "
            "로그인 후 http로 이동; 8080 포트로 리다이렉트; 내부 IP로 리다이렉트; 로드밸런서 뒤에서 http로 인식; "
            "리다이렉트가 http로 됨"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html",
        "https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content",
    ),
)
def app_wrong_absolute_urls(scan: Scan, urls: OwnUrls) -> Iterator[Verdict]:
    """Yield the host when the application's redirects or pages name addresses that are not the visitors'."""
    host = Ref(Kind.DOMAIN, scan.host)
    telling = sorted(urls.wrong, key=lambda one: (not one.matters, list(Wrong).index(one.wrong), bool(one.tag)))
    if not urls.seen:
        return
    if not telling:
        yield fine(host)
        return
    first = telling[0]
    finding = found(
        host,
        *(_evidence(one) for one in telling[:4]),
        severity=None if first.matters else INFO,
        url=first.exchange.url,
        host=scan.host,
        wrong=first.url,
        how=HOW[first.wrong],
    )
    look = command("curl -sS {url} | grep -n {wrong}", url=first.exchange.url, wrong=first.url)
    yield likely(finding, WRITTEN, decide=look) if first.tag else finding


def _evidence(one: WrongUrl) -> Evidence:
    """Write where an address stands: a redirect as what came, an element of the page with its name."""
    return saw(asked.exchange(one.exchange), f"<{one.tag}> {one.url}") if one.tag else saw(*exchange_line(one.exchange))
