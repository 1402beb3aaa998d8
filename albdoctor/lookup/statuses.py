"""HTTP status codes: those that a load balancer makes itself, and those that people meet on the way to them.

What Elastic Load Balancing answers by itself, and why, is its troubleshooting page; the rest is RFC 9110.
"""

# ruff: noqa: E501 - a text stands on one line, so that both languages can be compared
from __future__ import annotations

from albdoctor.lookup.symptom import Symptom
from albdoctor.text import Text

TROUBLESHOOTING = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html"
)
ACCESS_LOGS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html"
METRICS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"
HEALTH = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"
RFC = "https://www.rfc-editor.org/rfc/rfc9110.html"
REFS = (TROUBLESHOOTING, ACCESS_LOGS, METRICS)

TELL = Text(
    en="How to tell: an answer of the load balancer itself has the header Server: awselb/2.0 and a page of a few lines. In its access log target_status_code is then -, and CloudWatch counts HTTPCode_ELB_*, not HTTPCode_Target_*.",
    ko="구분 방법: 로드 밸런서가 직접 보낸 응답에는 Server: awselb/2.0 헤더가 있고 본문이 몇 줄뿐입니다. 이때 액세스 로그의 target_status_code는 -이고, CloudWatch에서는 HTTPCode_Target_*가 아니라 HTTPCode_ELB_*가 늘어납니다.",
)
BY_BALANCER = Text(en="The load balancer sends it.", ko="로드 밸런서가 보냅니다.")
BY_EITHER = Text(en="The load balancer or the application sends it.", ko="로드 밸런서 또는 애플리케이션이 보냅니다.")
BY_APPLICATION = Text(
    en="The application or a proxy in front of it sends it: Elastic Load Balancing does not name it among its own answers.",
    ko="애플리케이션이나 그 앞의 프록시가 보냅니다. Elastic Load Balancing이 직접 보내는 코드로 문서에 나와 있지 않습니다.",
)

STATUSES: tuple[Symptom, ...] = (
    Symptom(
        name="502",
        title=Text(en="502 Bad Gateway", ko="502 Bad Gateway"),
        also=(
            "502 bad gateway",
            "bad gateway",
            "http 502",
            "502 error",
            "502 에러",
            "502 오류",
            "502 bad gateway 원인",
        ),
        sender=(
            Text(
                en="The load balancer sends it when a target refuses the connection, cuts it, or answers with something that is not valid HTTP. An application, or nginx in front of it, can send a 502 of its own.",
                ko="대상이 연결을 거부하거나 끊을 때, 또는 올바른 HTTP가 아닌 응답을 보낼 때 로드 밸런서가 보냅니다. 애플리케이션이나 그 앞의 nginx가 직접 502를 보낼 수도 있습니다.",
            ),
            TELL,
        ),
        causes=(
            "tg-https-target-speaks-http",
            "tg-port-not-served",
            "target-no-process-on-port",
            "tg-http-target-speaks-https",
            "target-bound-to-loopback",
            "app-returns-5xx",
        ),
        beyond=(
            Text(
                en="A few requests only, targets healthy: the application closes idle connections before the load balancer does (its keep-alive timeout must be longer than the idle timeout, 60 seconds by default).",
                ko="대상은 정상인데 가끔만 발생: 애플리케이션이 로드 밸런서보다 먼저 유휴 연결을 끊습니다(keep-alive 제한 시간이 유휴 제한 시간(기본 60초)보다 길어야 합니다).",
            ),
            Text(
                en="During deployments only: a target ends before its requests do (deregistration delay, graceful shutdown).",
                ko="배포 중에만 발생: 요청이 끝나기 전에 대상이 종료됩니다(등록 취소 지연, 정상 종료 처리).",
            ),
            Text(
                en="One page only: response headers that are invalid or larger than 32 K; a Lambda function that fails or answers in another form.",
                ko="특정 페이지에서만 발생: 응답 헤더가 잘못되었거나 32K보다 크거나, Lambda 함수가 실패하거나 형식이 다른 응답을 보냅니다.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="503",
        title=Text(en="503 Service Temporarily Unavailable", ko="503 Service Temporarily Unavailable"),
        also=(
            "503 service temporarily unavailable",
            "service unavailable",
            "http 503",
            "503 error",
            "503 에러",
            "503 오류",
        ),
        sender=(
            Text(
                en="The load balancer sends it when the target group has no target that it may use: none registered, or all unused. Unhealthy targets alone do not give 503: with no healthy target it sends requests to all of them (fail-open).",
                ko="대상 그룹에 쓸 수 있는 대상이 없을 때(등록된 대상이 없거나 모두 unused) 로드 밸런서가 보냅니다. 대상이 비정상이라는 이유만으로는 503이 되지 않습니다. 정상 대상이 하나도 없으면 모든 대상에 요청을 보냅니다(fail-open).",
            ),
            TELL,
        ),
        causes=(
            "tg-no-targets",
            "rule-forwards-to-empty-group",
            "target-ecs-no-running-tasks",
            "tg-asg-not-attached",
            "target-instance-not-running",
            "tg-target-az-not-enabled",
            "tg-not-in-use",
            "listener-default-action-is-error",
            "rule-k8s-placeholder-503",
            "target-k8s-binding-not-reconciled",
            "app-returns-5xx",
        ),
        refs=REFS,
    ),
    Symptom(
        name="504",
        title=Text(en="504 Gateway Timeout", ko="504 Gateway Timeout"),
        also=(
            "504 gateway timeout",
            "504 gateway time-out",
            "gateway timeout",
            "http 504",
            "504 error",
            "504 에러",
            "504 오류",
        ),
        sender=(
            Text(
                en="The load balancer sends it when a target does not accept the connection within 10 seconds, or does not answer within the idle timeout (60 seconds by default). After 10 seconds: the network. After 60: the application.",
                ko="대상이 10초 안에 연결을 받지 않거나 유휴 제한 시간(기본 60초) 안에 응답하지 않으면 로드 밸런서가 보냅니다. 10초 만에 나오면 네트워크, 60초 만에 나오면 애플리케이션을 먼저 보세요.",
            ),
            TELL,
        ),
        causes=(
            "net-target-sg-blocks-traffic-port",
            "net-target-sg-references-wrong-group",
            "net-secondary-eni",
            "net-dynamic-port-range-closed",
            "hc-timeout-path-blocked",
            "alb-sg-egress-blocks-targets",
            "net-nacl-target-side",
            "net-nacl-alb-side-return",
            "net-route-detoured-or-blackhole",
            "net-route-to-target-missing",
            "tg-https-target-speaks-http",
            "hc-slow-response",
            "app-returns-5xx",
        ),
        beyond=(
            Text(
                en="Slow requests only: they take longer than the idle timeout, or the answer is shorter than its Content-Length says.",
                ko="느린 요청에서만 발생: 처리 시간이 유휴 제한 시간보다 길거나, 응답 본문이 Content-Length보다 짧습니다.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="500",
        title=Text(en="500 Internal Server Error", ko="500 Internal Server Error"),
        also=("500 internal server error", "internal server error", "http 500", "500 error", "500 에러", "500 오류"),
        sender=(
            Text(
                en="Nearly always the application sends it. The load balancer does so where a login action cannot reach its identity provider, or AWS WAF fails.",
                ko="대부분 애플리케이션이 보냅니다. 로그인 작업이 자격 증명 공급자에 연결하지 못하거나 AWS WAF에 장애가 있을 때는 로드 밸런서가 보냅니다.",
            ),
            TELL,
        ),
        causes=("app-returns-5xx", "listener-auth-or-jwt-broken", "http-errors-counted", "hc-target-5xx"),
        beyond=(
            Text(
                en="AWS WAF set to fail-close during a fault; claims of the user larger than 11 K.",
                ko="장애 시 차단(fail-close)으로 설정된 AWS WAF, 11K보다 큰 사용자 클레임.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="501",
        title=Text(en="501 Not Implemented", ko="501 Not Implemented"),
        also=("501 not implemented", "http 501"),
        sender=(BY_EITHER, TELL),
        causes=("app-returns-5xx",),
        beyond=(
            Text(
                en="The load balancer sends it for a Transfer-Encoding other than chunked or identity.",
                ko="Transfer-Encoding이 chunked나 identity가 아니면 로드 밸런서가 보냅니다.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="505",
        title=Text(en="505 HTTP Version Not Supported", ko="505 HTTP Version Not Supported"),
        also=("505 http version not supported", "http 505"),
        sender=(BY_EITHER, TELL),
        causes=("app-returns-5xx",),
        beyond=(
            Text(
                en="The load balancer sends it for a request in another version of HTTP than the connection's.",
                ko="연결의 HTTP 버전과 다른 버전의 요청이 오면 로드 밸런서가 보냅니다.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="507",
        title=Text(en="507 Insufficient Storage", ko="507 Insufficient Storage"),
        also=("507 insufficient storage", "http 507"),
        sender=(BY_EITHER, TELL),
        causes=("app-returns-5xx",),
        beyond=(
            Text(
                en="The load balancer sends it where a redirect rule makes a URL that is too long.",
                ko="리디렉션 규칙이 만든 URL이 너무 길면 로드 밸런서가 보냅니다.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="561",
        title=Text(en="561 Unauthorized", ko="561 Unauthorized"),
        also=("561 unauthorized", "http 561", "elb 561"),
        sender=(
            Text(
                en="Only the load balancer sends it: the identity provider of a login action answered with an error, or could not be asked.",
                ko="로드 밸런서만 보내는 코드입니다. 로그인 작업의 자격 증명 공급자가 오류로 응답했거나 공급자에 연결하지 못했습니다.",
            ),
        ),
        causes=("listener-auth-or-jwt-broken",),
        beyond=(
            Text(
                en="A client secret, scope or callback URL (https://HOST/oauth2/idpresponse) that the provider does not accept.",
                ko="공급자가 받아들이지 않는 클라이언트 시크릿, 범위(scope) 또는 콜백 URL(https://HOST/oauth2/idpresponse).",
            ),
        ),
        refs=(TROUBLESHOOTING,),
    ),
    Symptom(
        name="562",
        title=Text(en="562 JWKS Request Failed", ko="562 JWKS 요청 실패"),
        also=("http 562", "elb 562"),
        sender=(
            Text(
                en="Only the load balancer sends it: the address of the signing keys (JWKS) of a JWT action did not answer well.",
                ko="로드 밸런서만 보내는 코드입니다. JWT 작업의 서명 키(JWKS) 주소가 제대로 응답하지 않았습니다.",
            ),
        ),
        causes=("listener-auth-or-jwt-broken",),
        refs=(TROUBLESHOOTING,),
    ),
    Symptom(
        name="400",
        title=Text(en="400 Bad Request", ko="400 Bad Request"),
        also=("400 bad request", "bad request", "http 400", "400 error", "400 에러", "400 오류"),
        sender=(
            Text(
                en="The application sends it, most often because of the Host header, or because plain HTTP reaches a TLS port. The load balancer sends it for requests that are malformed or have headers that are too large (16 K for one line).",
                ko="대개 애플리케이션이 보냅니다. Host 헤더를 거부하거나 TLS 포트로 평문 HTTP가 왔을 때가 많습니다. 요청 형식이 잘못되었거나 헤더가 너무 크면(한 줄에 16K) 로드 밸런서가 보냅니다.",
            ),
            TELL,
        ),
        causes=(
            "hc-host-header-rejected",
            "tg-http-target-speaks-https",
            "hc-protocol-mismatch",
            "listener-protocol-port-swapped",
            "listener-redirect-keeps-port",
        ),
        refs=REFS,
    ),
    Symptom(
        name="401",
        title=Text(en="401 Unauthorized", ko="401 Unauthorized"),
        also=("401 unauthorized", "http 401", "401 error", "401 에러", "401 오류"),
        sender=(
            Text(
                en="The application sends it, or the load balancer where a listener rule asks for a login or a token (authenticate-oidc, authenticate-cognito, jwt-validation).",
                ko="애플리케이션이 보내거나, 리스너 규칙에서 로그인이나 토큰을 요구하는 경우(authenticate-oidc, authenticate-cognito, jwt-validation) 로드 밸런서가 보냅니다.",
            ),
            TELL,
        ),
        causes=("hc-path-requires-auth", "listener-auth-or-jwt-broken"),
        refs=REFS,
    ),
    Symptom(
        name="403",
        title=Text(en="403 Forbidden", ko="403 Forbidden"),
        also=("403 forbidden", "forbidden", "http 403", "403 error", "403 에러", "403 오류", "접근 거부 403"),
        sender=(
            Text(
                en="The load balancer sends it where AWS WAF blocks the request, or a rule has it as a fixed response; else the application does.",
                ko="AWS WAF가 요청을 차단했거나 규칙의 고정 응답이 403이면 로드 밸런서가 보내고, 그 밖에는 애플리케이션이 보냅니다.",
            ),
            TELL,
        ),
        causes=(
            "alb-waf-blocks-request",
            "hc-path-requires-auth",
            "hc-host-header-rejected",
            "listener-default-action-is-error",
            "rule-host-not-matched",
        ),
        beyond=(
            Text(
                en="AWS WAF: the access log has waf in actions_executed, and the web ACL shows sampled requests.",
                ko="AWS WAF: 액세스 로그의 actions_executed에 waf가 있고, 웹 ACL의 샘플 요청에서 확인할 수 있습니다.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="404",
        title=Text(en="404 Not Found", ko="404 Not Found"),
        also=("404 not found", "not found", "http 404", "404 error", "404 에러", "404 오류"),
        sender=(
            Text(
                en="The load balancer sends it where no rule takes the request and the default action is a fixed 404; else the application does not have the path.",
                ko="요청에 맞는 규칙이 없고 기본 작업이 고정 404 응답이면 로드 밸런서가 보내고, 그 밖에는 애플리케이션에 그 경로가 없는 것입니다.",
            ),
            TELL,
        ),
        causes=(
            "rule-host-not-matched",
            "http-alb-default-action",
            "listener-default-action-is-error",
            "rule-path-pattern-too-narrow",
            "rule-shadowed-by-earlier-rule",
            "hc-path-not-found",
        ),
        refs=REFS,
    ),
    Symptom(
        name="405",
        title=Text(en="405 Method Not Allowed", ko="405 Method Not Allowed"),
        also=("405 method not allowed", "method not allowed", "http 405"),
        sender=(
            Text(
                en="The application sends it. The load balancer does so for the method TRACE only.",
                ko="애플리케이션이 보냅니다. 로드 밸런서는 TRACE 메서드에만 보냅니다.",
            ),
            TELL,
        ),
        causes=(),
        refs=REFS,
    ),
    Symptom(
        name="408",
        title=Text(en="408 Request Timeout", ko="408 Request Timeout"),
        also=("408 request timeout", "http 408"),
        sender=(
            Text(
                en="The load balancer sends it where the client sends nothing more before the idle timeout (60 seconds by default) is over.",
                ko="유휴 제한 시간(기본 60초) 안에 클라이언트가 나머지 요청을 보내지 않으면 로드 밸런서가 보냅니다.",
            ),
            TELL,
        ),
        causes=(),
        beyond=(
            Text(
                en="A slow upload, or a client that opens connections and sends nothing.",
                ko="느린 업로드, 또는 연결만 열고 아무것도 보내지 않는 클라이언트.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="413",
        title=Text(en="413 Payload Too Large", ko="413 Payload Too Large"),
        also=("413 payload too large", "413 request entity too large", "request entity too large", "http 413"),
        sender=(
            Text(
                en="Nearly always nginx or the application sends it (client_max_body_size is 1 MB by default). The load balancer does so for bodies over 1 MB to a Lambda function.",
                ko="대부분 nginx나 애플리케이션이 보냅니다(client_max_body_size의 기본값은 1MB). Lambda 함수로 보내는 본문이 1MB를 넘으면 로드 밸런서가 보냅니다.",
            ),
            TELL,
        ),
        causes=(),
        refs=(*REFS, "https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size"),
    ),
    Symptom(
        name="414",
        title=Text(en="414 URI Too Long", ko="414 URI Too Long"),
        also=("414 uri too long", "414 request uri too large", "uri too long", "http 414"),
        sender=(
            Text(
                en="The load balancer or the application sends it: the URL with its query is too long.",
                ko="로드 밸런서 또는 애플리케이션이 보냅니다. 쿼리를 포함한 URL이 너무 깁니다.",
            ),
            TELL,
        ),
        causes=(),
        beyond=(
            Text(
                en="A redirect to a login page that puts the whole URL into the query again and again.",
                ko="로그인 페이지로 리디렉션할 때마다 전체 URL을 쿼리에 다시 넣는 경우.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="421",
        title=Text(en="421 Misdirected Request", ko="421 Misdirected Request"),
        also=("421 misdirected request", "misdirected request", "http 421"),
        sender=(BY_APPLICATION,),
        causes=(),
        beyond=(
            Text(
                en="A web server that speaks TLS got a Host header that is not the name of the TLS handshake (SNI). Targets behind a load balancer get along with plain HTTP, or with a default site that takes every name.",
                ko="TLS를 쓰는 웹 서버가 TLS 핸드셰이크의 이름(SNI)과 다른 Host 헤더를 받았습니다. 로드 밸런서 뒤의 대상은 평문 HTTP를 쓰거나, 모든 이름을 받는 기본 사이트를 두면 됩니다.",
            ),
        ),
        refs=(f"{RFC}#status.421",),
    ),
    Symptom(
        name="431",
        title=Text(en="431 Request Header Fields Too Large", ko="431 Request Header Fields Too Large"),
        also=("431 request header fields too large", "request header fields too large", "http 431"),
        sender=(BY_APPLICATION,),
        causes=(),
        beyond=(
            Text(
                en="Cookies that have grown too large for the application (16 K in Node.js by default). The load balancer's own answer to large headers is 400.",
                ko="쿠키가 애플리케이션의 한도보다 커졌습니다(Node.js 기본값 16K). 로드 밸런서는 큰 헤더에 400으로 응답합니다.",
            ),
        ),
        refs=("https://www.rfc-editor.org/rfc/rfc6585.html#section-5", TROUBLESHOOTING),
    ),
    Symptom(
        name="460",
        title=Text(en="460 Client Closed the Connection", ko="460 클라이언트가 먼저 연결 종료"),
        also=("http 460", "elb 460", "client closed connection 460"),
        sender=(
            Text(
                en="The load balancer writes it into its access log and metrics; nobody receives it: the client closed the connection before the target had answered.",
                ko="로드 밸런서가 액세스 로그와 지표에 남기는 코드이며 받는 쪽은 없습니다. 대상이 응답하기 전에 클라이언트가 연결을 끊었습니다.",
            ),
        ),
        causes=("http-errors-counted", "hc-slow-response"),
        beyond=(
            Text(
                en="The client's timeout is shorter than the application takes.",
                ko="클라이언트의 제한 시간이 애플리케이션의 처리 시간보다 짧습니다.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="463",
        title=Text(en="463 Too Many Addresses in X-Forwarded-For", ko="463 X-Forwarded-For 주소가 너무 많음"),
        also=("http 463", "elb 463"),
        sender=(
            Text(
                en="Only the load balancer sends it: X-Forwarded-For holds more than 30 addresses.",
                ko="로드 밸런서만 보내는 코드입니다. X-Forwarded-For에 주소가 30개 넘게 들어 있습니다.",
            ),
        ),
        causes=(),
        beyond=(
            Text(
                en="Proxies that send requests in a circle, each adding its address.",
                ko="요청이 프록시 사이를 돌면서 주소가 계속 덧붙는 경우.",
            ),
        ),
        refs=(TROUBLESHOOTING,),
    ),
    Symptom(
        name="464",
        title=Text(en="464 Incompatible Protocol Version", ko="464 호환되지 않는 프로토콜 버전"),
        also=("http 464", "elb 464", "incompatible protocol version"),
        sender=(
            Text(
                en="Only the load balancer sends it: the request's protocol does not fit the protocol version of the target group.",
                ko="로드 밸런서만 보내는 코드입니다. 요청의 프로토콜이 대상 그룹의 프로토콜 버전과 맞지 않습니다.",
            ),
        ),
        causes=("tg-protocol-version-mismatch",),
        beyond=(
            Text(
                en="HTTP/1.1 to a group of version HTTP2 or GRPC, or gRPC to a group of version HTTP1. The version cannot be changed: make a new group with `--protocol-version HTTP1`, and have the rule forward to it.",
                ko="HTTP2나 GRPC 버전 대상 그룹에 HTTP/1.1 요청이 오거나, HTTP1 버전 그룹에 gRPC 요청이 왔습니다. 버전은 바꿀 수 없으므로 `--protocol-version HTTP1`로 새 대상 그룹을 만들어 규칙에 연결하세요.",
            ),
        ),
        refs=(TROUBLESHOOTING,),
    ),
    Symptom(
        name="200",
        title=Text(en="200 OK", ko="200 OK"),
        also=("200 ok", "http 200"),
        sender=(
            Text(
                en="The application sends it, or a fixed response of the load balancer. Only the page can be wrong: another server's, or unencrypted.",
                ko="애플리케이션이 보내거나 로드 밸런서의 고정 응답입니다. 이 코드라면 내용만 문제일 수 있습니다(다른 서버의 페이지, 암호화되지 않은 페이지).",
            ),
        ),
        causes=(
            "http-no-https-redirect",
            "rule-shadowed-by-earlier-rule",
            "delegation-mixed",
            "zone-aaaa-without-dualstack",
            "tg-all-unhealthy-fail-open",
        ),
        refs=(f"{RFC}#status.200",),
    ),
    Symptom(
        name="301",
        title=Text(en="301 Moved Permanently", ko="301 Moved Permanently"),
        also=("301 moved permanently", "moved permanently", "http 301", "308 permanent redirect", "308"),
        sender=(
            Text(
                en="A redirect action of the listener sends it (Server: awselb/2.0), or the application. Browsers remember a 301: test with `curl -I`.",
                ko="리스너의 리디렉션 작업(Server: awselb/2.0) 또는 애플리케이션이 보냅니다. 브라우저는 301을 기억하므로 `curl -I`로 확인하세요.",
            ),
        ),
        causes=(
            "hc-redirect-not-accepted",
            "http-redirect-loop",
            "listener-redirect-loop",
            "http-redirect-target-wrong",
            "listener-redirect-to-missing-listener",
            "listener-redirect-keeps-port",
        ),
        refs=(f"{RFC}#status.301",),
    ),
    Symptom(
        name="302",
        title=Text(en="302 Found", ko="302 Found"),
        also=("302 found", "http 302", "307 temporary redirect", "307"),
        sender=(
            Text(
                en="The application sends it, most often to its login page; or a redirect action of the listener (Server: awselb/2.0).",
                ko="대개 애플리케이션이 로그인 페이지로 보낼 때 씁니다. 리스너의 리디렉션 작업(Server: awselb/2.0)일 수도 있습니다.",
            ),
        ),
        causes=(
            "hc-redirect-not-accepted",
            "http-redirect-loop",
            "listener-redirect-loop",
            "http-redirect-target-wrong",
            "listener-auth-or-jwt-broken",
        ),
        refs=(f"{RFC}#status.302",),
    ),
)
