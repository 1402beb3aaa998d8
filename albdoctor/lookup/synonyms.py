"""Words that mean one thing, in both languages: whichever of them is said, the same term is compared.

Only what is the same *thing*; words that merely go together stand in the words of a check. Blanks and hyphens may be
left out.
"""

from __future__ import annotations

THINGS: dict[str, str] = {
    "loadbalancer": (
        "application load balancer; load balancer; load balancers; loadbalancers; alb; albs; elb; elbv2; lb; "
        "로드 밸런서; 로드 발란서; 애플리케이션 로드 밸런서; 부하 분산기; 로드밸랜서"
    ),
    "targetgroup": (
        "target group; target groups; tg; tgs; backend group; 대상 그룹; 타겟 그룹; 타깃 그룹; 타켓 그룹; 대상그릅"
    ),
    "healthcheck": (
        "health check; health checks; healthchecks; health probe; 상태 검사; 상태 확인; 상태 체크; "
        "헬스 체크; 헬스 첵; 헬쓰 체크; 건강 검사"
    ),
    "securitygroup": (
        "security group; security groups; securitygroups; sg; sgs; secgroup; 보안 그룹; 보안그릅; 시큐리티 그룹"
    ),
    "listener": "listeners; 리스너; 수신기",
    "certificate": "certificates; cert; certs; 인증서; 서트; ssl 인증서; ssl certificate; tls certificate",
    "hostedzone": "hosted zone; hosted zones; 호스팅 영역; 호스팅 존; 호스티드 존",
    "nameserver": (
        "name server; name servers; nameservers; ns; ns record; ns records; 네임서버; 네임 서버; 이름 서버; ns 레코드"
    ),
    "delegated": "delegation; delegate; 위임",
    "domain": "domains; domain name; 도메인; 도매인; 도메인 이름; 도메인명",
    "alias": "별칭; 에일리어스",
    "subnet": "subnets; 서브넷; 서브 네트워크",
    "route": "routing table; route table; route tables; routes; 라우팅 테이블; 라우트 테이블; 라우트",
    "internetgateway": "internet gateway; internet gateways; igw; 인터넷 게이트웨이",
    "networkacl": "network acl; network acls; nacl; nacls; 네트워크 acl; acl; acls",
    "availabilityzone": "availability zone; availability zones; az; azs; 가용 영역; 가용영역",
    "inbound": "ingress rule; 인바운드; 인바운드 규칙; inbound rule; inbound rules; incoming",
    "outbound": "egress; 아웃바운드; 아웃바운드 규칙; outbound rule; outbound rules; 이그레스",
    "instance": "instances; 인스턴스; ec2 instance; ec2 instances; ec2",
    "container": "containers; 컨테이너; 컨테이너들; docker; 도커",
    "defaultaction": "default action; default rule; default backend; 기본 작업; 기본 규칙; 기본 동작",
    "fixedresponse": "fixed response; 고정 응답",
    "registrar": "등록 업체; 등록 대행; 등록기관; 도메인 업체; 도메인 구매처",
    "route53": "route 53; r53; 라우트53; 라우트 53; 루트53",
    "cloudfront": "cloud front; 클라우드프론트; 클라우드 프론트",
    "cloudflare": "cloud flare; 클라우드플레어; 클라우드 플레어; 클플",
    "kubernetes": "k8s; eks; 쿠버네티스; 쿠버",
    "lambda": "람다",
    "waf": "웹 방화벽; web application firewall",
    "gabia": "가비아",
    "cafe24": "카페24; 카페 24",
    "whois": "후이즈",
    "hosting.kr": "호스팅케이알; 호스팅 케이알; 메가존",
    "inames": "아이네임즈",
    "godaddy": "go daddy; 고대디",
    "namecheap": "name cheap; 네임칩",
    "plaintext": "plain http; plain text; cleartext; unencrypted; 평문; 평문 http",
    "protocol": "protocols; 프로토콜",
    "port": "ports; 포트",
    "redirect": "redirects; redirection; redirected; 리다이렉트; 리다이렉션; 리디렉션; 리디렉트; 리다이랙트",
    "toomanyredirects": (
        "too many redirects; too many redirect; redirected you too many times; "
        "리디렉션한 횟수가 너무 많습니다; 리디렉션 횟수가 너무 많; 리다이렉트가 너무 많; "
        "리다이렉션 횟수 초과"
    ),
    "wildcard": "wildcards; 와일드카드; 와일드 카드",
    "apex": "root domain; naked domain; bare domain; zone apex; 루트 도메인; 네이키드 도메인",
    "handshake": "핸드셰이크; 핸드쉐이크; 협상",
    "draining": "드레이닝; 등록 해제 중; 등록취소",
    "firewall": "방화벽",
    "listening": "listen; listens; 수신 대기; 리스닝; 리슨",
    "bind": "binding; bound; binds; 바인딩; 바인드",
    "loopback": "localhost; 127.0.0.1; 로컬호스트; 루프백",
    "matcher": "success code; success codes; 성공 코드; 성공코드",
    "graceperiod": "grace period; 유예 기간; 유예기간",
    "deployment": "deploy; deploys; deployments; rollout; 배포",
    "spring": "스프링; 스프링부트; spring boot; springboot; 스프링 부트",
    "django": "장고",
    "rails": "레일즈; 레일스; ruby on rails",
    "nginx": "엔진엑스",
    "nextjs": "next.js; next js; 넥스트js",
    "node": "node.js; nodejs; 노드js",
    "wordpress": "워드프레스",
    "allowedhosts": "allowed_hosts; allowed hosts; allowed host; 호스트 허용",
    "xforwardedproto": "x-forwarded-proto; x_forwarded_proto; forwarded proto",
    "mixedcontent": "mixed content; 혼합 콘텐츠; 혼합 컨텐츠",
    "notsecure": (
        "not secure; insecure; 안전하지 않음; 안전하지 않은; 주의 요함; 주의요함; connection is not private; "
        "연결이 비공개로 설정되어 있지 않; 비공개 연결이 아닙"
    ),
    "cantbereached": (
        "site can't be reached; this site can't be reached; site cannot be reached; 사이트에 연결할 수 없음; "
        "사이트에 연결할 수 없; 사이트에 연결 할 수 없; 페이지에 연결할 수 없"
    ),
    "400": "bad request; 잘못된 요청",
    "401": "unauthorized; unauthorised; 권한 없음",
    "403": "403 forbidden; http 403",
    "404": "not found; 페이지를 찾을 수 없; 페이지 없음",
    "421": "misdirected request; misdirected",
    "500": "internal server error; 내부 서버 오류",
    "502": "bad gateway; badgateway; 배드 게이트웨이; 잘못된 게이트웨이; 불량 게이트웨이",
    "503": (
        "service temporarily unavailable; service unavailable; 서비스를 사용할 수 없; 서비스 사용 불가; "
        "서비스 이용 불가"
    ),
    "504": (
        "gateway timeout; gateway time-out; gateway timed out; 게이트웨이 시간 초과; 게이트웨이 타임아웃; "
        "게이트웨이 시간초과"
    ),
    "https": "https://; 에이치티티피에스",
    "http": "http://",
    "dns": "디엔에스; dns server",
    "acm": "aws certificate manager; certificate manager",
    "tls": "ssl; ssl/tls; 에스에스엘",
    "ecs": "fargate; elastic container service; 파게이트",
    "vpc": "",
    "ipv6": "ip v6; 아이피v6",
    "cname": "",
    "gunicorn": "",
    "uvicorn": "",
}
"""Things of AWS, DNS, TLS and HTTP, and what runs behind: where one is named, the question is ours."""

SAYINGS: dict[str, str] = {
    "target": "targets; 대상; 타겟; 타깃; 타켓; backend; backends; back end; upstream; 백엔드; 백앤드",
    "record": "records; 레코드; 래코드",
    "region": "regions; 리전; 지역",
    "task": "tasks; 태스크; 테스크",
    "rule": "rules; 규칙; 룰",
    "priority": "우선순위; 우선 순위",
    "path": "paths; url path; 경로; 패스",
    "header": "headers; 헤더",
    "host": "hosts; hostname; hostnames; host name; 호스트; 호스트명; 호스트 이름",
    "termination": "terminate; terminates; offload; offloading; 종료; 오프로딩; 터미네이션",
    "encryption": "encrypted; encrypt; 암호화",
    "loop": "loops; endless; infinite; infinitely; forever; 루프; 무한; 무한 루프; 무한 반복; 끝없이",
    "mismatch": "mismatched; doesn't match; does not match; don't match; not matching; 불일치; 일치하지 않",
    "validation": "validate; validating; validated; verification; 검증; 유효성 검사",
    "pending": "pending validation; 보류; 대기 중; 검증 대기; 대기중",
    "issued": "issue; issuance; 발급",
    "expired": "expire; expires; expiring; expiry; expiration; 만료",
    "renewal": "renew; renewed; renewing; auto renew; 갱신; 자동 갱신",
    "attached": "attach; associated; associate; 연결되지 않; 부착",
    "private": "프라이빗; 사설",
    "public": "퍼블릭; 공개; 공인",
    "internal": "내부",
    "propagation": "propagate; propagating; propagated; 전파",
    "unhealthy": "not healthy; 비정상; 언헬시; 언헬씨",
    "healthy": "정상",
    "unused": "미사용; 사용되지 않음; 사용 안 함; not in use",
    "empty": "비어 있; 비었; 비어있",
    "missing": "누락; 빠짐; 빠져 있; 빠졌",
    "blocked": "block; blocks; blocking; 차단; 막힘; 막혀; 막혔",
    "forbidden": "access denied; 접근 거부; 접근 금지; 금지됨",
    "timeout": (
        "time out; times out; timed out; timing out; time-out; timeouts; 타임아웃; 타임 아웃; 시간 초과; "
        "시간초과; 응답 시간 초과"
    ),
    "refused": "refuse; refuses; 거부; 거절",
    "reset": "resets; 재설정; 리셋",
    "connection": "connect; connects; connecting; connections; 접속; 연결; 커넥션",
    "intermittent": (
        "intermittently; sometimes; sporadic; sporadically; occasional; occasionally; randomly; flaky; "
        "now and then; 간헐적; 가끔; 됐다 안됐다; 됐다가 안됐다가; 되다 안되다; 되다말다; 때때로; 랜덤하게"
    ),
    "slow": "slowly; 느림; 느려; 느린; 느리",
    "process": "프로세스; daemon",
    "stopped": "stop; stops; 중지; 정지됨; shutdown; shut down; turned off; 꺼짐; 꺼져",
    "terminated": "종료된; 삭제된 인스턴스",
    "deleted": "delete; removed; gone; 삭제",
    "registered": "register; registering; registration; 등록",
    "login": "log in; signin; sign in; 로그인",
    "authentication": "auth; authenticate; 인증 필요",
    "wrong": "incorrect; 잘못된; 잘못 설정; 틀린",
    "old": "previous; stale; outdated; 예전; 이전; 옛날; 오래된; 구버전",
    "restart": "restarting; restarts; 재시작; 죽음; 재기동",
    "replaced": "replace; replaces; 교체",
    "application": "app; apps; applications; 애플리케이션; 어플리케이션; 앱",
    "server": "servers; 서버",
    "browser": "browsers; 브라우저",
    "website": "web site; web sites; site; sites; 사이트; 웹사이트; 웹 사이트; 홈페이지",
    "visitor": "visitors; clients; client; users; 클라이언트; 사용자; 방문자",
    "account": "accounts; 계정",
    "parking": "parked; 파킹",
}
"""Words of every day that are said of these things."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    name: tuple(variant.strip() for variant in said.split(";") if variant.strip())
    for name, said in (THINGS | SAYINGS).items()
}
"""A term after the other ways to say it."""
