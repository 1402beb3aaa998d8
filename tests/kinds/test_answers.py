"""What comes back over a connection that opens: statuses by whom, timeouts, resets, TLS."""

from __future__ import annotations

import pytest

from tests.kinds.names import fronted
from tests.kinds.right import Row, at_risk, broken, complaints, gentle, sound, unseen
from tests.kinds.routing import after, counted, default, fixed, forward, header, host, path, rule, source_ip
from tests.kinds.site import GROUP, HOST
from tests.kinds.wire import (
    also_ipv6,
    answers,
    ends,
    exchange,
    handshake_fails,
    not_probed,
    own_page,
    port,
    redirects,
    shut,
    untrusted,
)

CLOUDFLARE = fronted(
    "shop.example.cdn.cloudflare.net", "cloudflare", ("104.16.1.1", "104.16.1.2"), via=(("cf-ray", "8a"),)
)
URL = f"https://{HOST}/"
ROWS: tuple[Row, ...] = (
    *(
        broken(f"{status} by the balancer", answers(status), must=("@outcome",))
        for status in (500, 502, 503, 504, 505, 464, 463, 460, 400, 561, 501, 414, 403, 405, 408, 413)
    ),
    *(
        broken(f"{status} by the balancer at one of two", answers(status, at=(1,)), must=("@outcome",))
        for status in (502, 503, 504)
    ),
    *(
        broken(
            f"{status} by the balancer, Server header off",
            answers(status, "", body=own_page(status)),
            must=("@outcome",),
        )
        for status in (502, 503, 504, 500)
    ),
    broken(
        "502 at one, 504 at the other",
        answers(502, at=(0,)),
        answers(504, at=(1,)),
        must=("http-request-fails",),
        says="2 of 2 addresses: 502 by the load balancer, 504 by the load balancer",
    ),
    broken(
        "no answer at one, 502 at the other",
        ends("timeout", at=(0,)),
        answers(502, at=(1,)),
        must=("http-request-fails",),
        says="no answer (timeout), 502 by the load balancer",
    ),
    broken("464 and no gRPC group", answers(464), must=("http-request-fails",), says="protocol version"),
    broken("504 by the balancer after the idle timeout", answers(504, ms=60030.0), must=("@outcome",)),
    broken("502 by nginx", answers(502, "nginx/1.24.0"), must=("app-returns-5xx",)),
    broken("502 by nginx at one of two", answers(502, "nginx/1.24.0", at=(0,)), must=("app-returns-5xx",)),
    broken("500 by the application", answers(500, "gunicorn"), must=("app-returns-5xx",)),
    broken("503 by the application", answers(503, "Apache"), must=("app-returns-5xx",)),
    broken("500 by the application, no Server header", answers(500, "", body="{}"), must=("app-returns-5xx",)),
    broken("429 by the application", answers(429, "nginx"), must=("@outcome",)),
    *(
        sound(f"{status} by the application", answers(status, "nginx"))
        for status in (404, 401, 403, 405, 204, 206, 304, 201)
    ),
    *(
        sound(f"{status} by the application, no Server header", answers(status, "", body="{}"))
        for status in (404, 401, 403)
    ),
    broken(
        "redirect to a path that is 500",
        redirects((URL, 302, "/login"), (f"{URL}login", 500, ""), server="nginx"),
        must=("app-returns-5xx",),
    ),
    broken(
        "redirect to a path that the balancer answers 502",
        redirects((URL, 302, "/login"), (f"{URL}login", 502, "")),
        must=("@outcome",),
    ),
    sound("redirect to a path that is 200", redirects((URL, 302, "/login"), (f"{URL}login", 200, ""), server="nginx")),
    sound(
        "redirect to another host",
        redirects(
            (URL, 302, "https://www.shop.example/"),
            ("https://www.shop.example/", None, "not followed: another host"),
            server="nginx",
        ),
    ),
    broken(
        "redirect loop by the application",
        redirects((URL, 301, URL), (URL, None, "not followed: seen before"), server="nginx"),
        must=("http-redirect-loop",),
    ),
    broken(
        "redirect loop by the application, two hops",
        redirects((URL, 302, "/a"), (f"{URL}a", 302, "/"), (URL, None, "not followed: seen before"), server="nginx"),
        must=("http-redirect-loop",),
    ),
    broken(
        "redirect without end",
        redirects(
            *((f"{URL}{n}", 302, f"/{n + 1}") for n in range(10)),
            (f"{URL}10", None, "not followed: more than 10 requests"),
            server="nginx",
        ),
        must=("http-redirect-loop",),
    ),
    broken(
        "https sends back to http",
        redirects(
            (URL, 301, f"http://{HOST}/"),
            (f"http://{HOST}/", 301, URL),
            (URL, None, "not followed: seen before"),
            server="nginx",
        ),
        must=("http-redirect-loop",),
    ),
    gentle(
        "loop after a cookie",
        redirects((URL, 302, URL), (URL, None, "not followed: seen before, after a cookie was set"), server="nginx"),
        verdicts="sound at-risk unknown broken",
        exits=(0, 1, 3),
    ),
    # No answer
    broken("no answer at one of two", ends("timeout", at=(0,)), must=("@outcome",)),
    broken("reset", ends("reset"), must=("@outcome",)),
    broken("reset at one of two", ends("reset", at=(1,)), must=("@outcome",)),
    broken("not HTTP", ends("not http: BadStatusLine"), must=("@outcome",)),
    broken("refused on the request", ends("refused"), must=("@outcome",)),
    broken(
        "TLS alert on the request",
        ends("tls: TLSV13_ALERT_CERTIFICATE_REQUIRED"),
        must=("tls-handshake-fails", "@outcome", "tls-client-certificate-required"),
    ),
    broken(
        "redirect to a path without an answer",
        redirects((URL, 302, "/login"), (f"{URL}login", None, "timeout"), server="nginx"),
        must=("@outcome",),
    ),
    # The port
    broken("443 refused", port(443, "refused"), must=("tls-port-closed", "@outcome")),
    broken("443 refused at one of two", port(443, "refused", at=(1,)), must=("tls-port-closed", "@outcome")),
    broken(
        "443 silent at one of two",
        port(443, "silent", at=(1,)),
        must=("tls-port-closed", "@outcome", "net-nacl-client-side"),
    ),
    broken("both ports silent at one of two", shut("silent", at=(0,)), must=("tls-port-closed", "@outcome")),
    broken("both ports refused", shut("refused"), must=("tls-port-closed", "@outcome")),
    gentle("80 refused", port(80, "refused"), verdicts="sound at-risk", exits=(0,)),
    gentle("80 silent", port(80, "silent"), verdicts="sound at-risk", exits=(0,)),
    # TLS
    *(
        broken(f"TLS alert {reason}", handshake_fails(reason), must=("tls-handshake-fails",))
        for reason in (
            "SSLV3_ALERT_HANDSHAKE_FAILURE",
            "TLSV1_UNRECOGNIZED_NAME",
            "TLSV1_ALERT_PROTOCOL_VERSION",
            "TLSV1_ALERT_INTERNAL_ERROR",
            "UNEXPECTED_EOF_WHILE_READING",
            "timeout",
            "reset",
            "UNSUPPORTED_PROTOCOL",
        )
    ),
    broken(
        "TLS fails at one of two",
        handshake_fails("SSLV3_ALERT_HANDSHAKE_FAILURE", at=(1,)),
        must=("tls-handshake-fails",),
    ),
    broken(
        "plain HTTP on 443",
        handshake_fails("WRONG_VERSION_NUMBER", plain=exchange("", 200, url=f"http://{HOST}:443/")),
        must=("tls-not-tls",),
    ),
    broken(
        "plain HTTP on 443 at one of two",
        handshake_fails("WRONG_VERSION_NUMBER", at=(0,), plain=exchange("", 301, url=f"http://{HOST}:443/")),
        must=("tls-not-tls",),
    ),
    broken(
        "something else on 443", handshake_fails("WRONG_VERSION_NUMBER"), must=("tls-handshake-fails", "tls-not-tls")
    ),
    broken(
        "expired certificate",
        untrusted(10, "certificate has expired", not_after="2026-11-20T00:00:00Z"),
        must=("tls-certificate-dates",),
    ),
    broken(
        "expired certificate at one of two",
        untrusted(10, "certificate has expired", at=(1,), not_after="2026-11-20T00:00:00Z"),
        must=("tls-certificate-dates",),
    ),
    broken(
        "self-signed",
        untrusted(18, "self-signed certificate", self_signed=True, issuer="CN=shop.example"),
        must=("tls-untrusted-issuer", "tls-not-our-certificate"),
    ),
    broken(
        "chain incomplete",
        untrusted(20, "unable to get local issuer certificate"),
        must=("tls-chain-incomplete", "tls-untrusted-issuer", "tls-not-our-certificate"),
    ),
    broken(
        "name not on it",
        untrusted(62, "hostname mismatch", names=["other.example"], subject="CN=other.example"),
        must=(
            "tls-default-certificate",
            "tls-not-our-certificate",
            "acm-name-not-covered",
            "tls-nodes-differ",
            "listener-cert-name-mismatch",
        ),
    ),
    # Not tried
    gentle("not probed", not_probed, verdicts="sound", exits=(0,)),
    unseen(
        "not probed, no account",
        not_probed,
        counted("HTTPCode_Target_2XX_Count", 0, GROUP),
        counted("HTTPCode_Target_2XX_Count", 0),
    ),
    unseen("unreachable from here", shut("unreachable", detail="Network is unreachable"), verdicts="sound unknown"),
    sound("IPv6 too", also_ipv6),
    sound("IPv6 too, machine without it", also_ipv6, shut("unreachable", at=(2, 3), detail="Network is unreachable")),
    broken(
        "IPv6 silent",
        also_ipv6,
        shut("silent", at=(2, 3)),
        must=("tls-port-closed", "@outcome", "alb-sg-blocks-listener-port"),
    ),
    broken("IPv6 answers 502", also_ipv6, answers(502, at=(2, 3)), must=("@outcome",)),
    # Maintenance
    *(
        broken(
            f"maintenance {status} by the default action",
            default(fixed(status)),
            answers(status),
            must=("listener-default-action-is-error", "http-alb-default-action", "@outcome"),
        )
        for status in (503, 500, 404, 403, 418)
    ),
    *(
        broken(
            f"maintenance {status} by a host rule",
            rule(1, [host(HOST)], fixed(status)),
            answers(status),
            must=("@outcome",),
            forbid="rule-host-not-matched",
        )
        for status in (503, 500)
    ),
    broken("maintenance 503 by a path rule", rule(1, [path("/*")], fixed(503)), answers(503), must=("@outcome",)),
    broken("maintenance 404 by a host rule", rule(1, [host(HOST)], fixed(404)), answers(404), must=("@outcome",)),
    *(
        broken(
            f"maintenance {status} but for {word}",
            rule(1, [host(HOST), one], forward(GROUP)),
            rule(2, conditions, fixed(status, "text/html", "<h1>soon</h1>")),
            answers(status, body="<h1>soon</h1>"),
            must=("http-request-fails",),
            says="Rule 2 of HTTPS:443",
        )
        for status in (503, 500)
        for word, one in {"the office": source_ip("198.18.5.0/24"), "a cookie": header("Cookie", "*pass=1*")}.items()
        for conditions in ([host(HOST)], [path("/*")])
    ),
    broken(
        "maintenance 503 by default but for the office",
        rule(1, [source_ip("198.18.5.0/24")], forward(GROUP)),
        default(fixed(503)),
        answers(503),
        must=("http-alb-default-action",),
        unsaid="nothing needs to change",
    ),
    *(
        broken(f"maintenance {status} by {word}, not probed", change, not_probed, must=("@outcome",))
        for status in (503, 500)
        for word, change in {
            "a host rule": rule(1, [host(HOST)], fixed(status)),
            "a path rule": rule(1, [path("/*")], fixed(status)),
            "default": default(fixed(status)),
        }.items()
    ),
    unseen(
        "maintenance 503 but for the office, not probed",
        rule(1, [source_ip("198.18.5.0/24")], forward(GROUP)),
        rule(2, [host(HOST)], fixed(503)),
        not_probed,
    ),
    gentle("maintenance 503 for another path, not probed", rule(1, [path("/old/*")], fixed(503)), not_probed),
    gentle("maintenance 503 for another host, not probed", rule(1, [host("a.example")], fixed(503)), not_probed),
    sound("fixed page with 200", default(fixed(200, "text/html", "<h1>soon</h1>")), answers(200)),
    sound("fixed page with 200 by a host rule", rule(1, [host(HOST)], fixed(200, "text/html")), answers(200)),
    sound("fixed 503 for another host", rule(1, [host("other.example")], fixed(503))),
    sound("fixed 503 for another path", rule(1, [path("/old/*")], fixed(503))),
    sound(
        "fixed 404 by default for other hosts, host rule forwards",
        rule(1, [host(HOST)], forward(GROUP)),
        default(fixed(404)),
    ),
    # Login
    sound(
        "login: sent to the provider",
        default(after("authenticate-oidc", forward(GROUP))),
        redirects(
            (URL, 302, "https://idp.example/authorize?x=1"),
            ("https://idp.example/authorize?x=1", None, "not followed: another host"),
        ),
    ),
    sound(
        "login by Cognito: sent to the provider",
        default(after("authenticate-cognito", forward(GROUP))),
        redirects(
            (URL, 302, "https://shop.auth.ap-northeast-2.amazoncognito.com/login"),
            ("https://shop.auth.ap-northeast-2.amazoncognito.com/login", None, "not followed: another host"),
        ),
    ),
    broken("login: 561", default(after("authenticate-oidc", forward(GROUP))), answers(561), must=("@outcome",)),
    broken("login: 500", default(after("authenticate-cognito", forward(GROUP))), answers(500), must=("@outcome",)),
    unseen(
        "login: 401 for those without one",
        default(after("authenticate-oidc", forward(GROUP))),
        answers(401),
        verdicts="unknown at-risk",
    ),
    # Counted
    at_risk(
        "served, thousands of 502s counted",
        counted("RequestCount", 9000),
        counted("HTTPCode_ELB_502_Count", 2400),
        counted("HTTPCode_ELB_5XX_Count", 2400),
        must=("http-errors-counted",),
    ),
    sound(
        "served, one 502 of many",
        counted("RequestCount", 90000),
        counted("HTTPCode_ELB_502_Count", 1),
        counted("HTTPCode_ELB_5XX_Count", 1),
    ),
    # In front
    broken("502 by Cloudflare", CLOUDFLARE, answers(502, "cloudflare", ("cf-ray", "8a")), must=("@outcome",)),
    sound(
        "Cloudflare passes an application's 403 on", CLOUDFLARE, answers(403, "cloudflare", ("cf-ray", "8a"), body="no")
    ),
    broken(
        "Cloudflare refuses",
        CLOUDFLARE,
        answers(403, "cloudflare", ("cf-ray", "8a"), body="<title>Attention Required! | Cloudflare</title>"),
        must=("@outcome",),
    ),
    gentle(
        "Cloudflare asks whether this is a browser",
        CLOUDFLARE,
        answers(403, "cloudflare", ("cf-ray", "8a"), body="<title>Just a moment...</title>"),
        verdicts="sound unknown",
        exits=(0, 3),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_judged_right(row: Row) -> None:
    assert complaints(row) == []
