"""What stands behind "could not look", and what was asked, in the report's language.

Facts hold both in English, in words of ours or of whoever refused (AWS, the system, a server). Ours are in these books;
anybody else's stay as they are, in Korean in quotes.
"""

from __future__ import annotations

import re

from albdoctor.phrases import Phrases
from albdoctor.text import Lang, Text

ASKED = Phrases(
    ("registration data", "도메인 등록 정보"),
    ("DNS delegation", "DNS 위임"),
    ("DNS answers of the delegated servers", "위임된 네임서버의 DNS 응답"),
    ("DNS records of the domain", "도메인의 DNS 레코드"),
    ("DNS answers of recursive resolvers", "DNS 리졸버의 응답"),
    ("DNS answers of the balancer's name", "로드 밸런서 이름의 DNS 응답"),
    ("DNS answers for ACM validation names", "ACM 검증 이름의 DNS 응답"),
    ("DNS CAA records", "DNS CAA 레코드"),
    ("DNS DS {name}", "DNS DS {name}"),
    ("DNSSEC keys and signatures", "DNSSEC 키와 서명"),
    ("DNS addresses of {name}", "DNS 주소 조회 {name}"),
    ("DNS A and AAAA {name}", "DNS A, AAAA {name}"),
    ("DNS {question} of the parent's servers", "DNS {question} (상위 영역 서버)"),
    ("DNS {question} of the delegated servers", "DNS {question} (위임된 서버)"),
    ("probes of the name's addresses", "각 주소에 보내는 요청"),
    ("probes of the targets", "대상에 직접 보내는 연결"),
    ("direct probe of the target", "대상에 직접 보내는 연결"),
    ("traces to a load balancer", "로드 밸런서로 이어지는 단서"),
    ("load balancer", "로드 밸런서"),
    ("shard {account} {region}", "샤드 {account} {region}"),
    ("the AWS profile", "AWS 프로필"),
    ("the way beyond the VPC", "VPC 밖의 경로"),
    ("TLS handshake with {place}", "TLS 핸드셰이크 {place}"),
    ("GET {url} at {address}", "GET {url} ({address})"),
)

DETAILS = Phrases(
    # DNSSEC
    ("{zone}: more keys than are looked at", "{zone}: 키가 너무 많아 모두 확인하지 못했습니다"),
    ("{zone}: no key is a trust anchor", "{zone}: 신뢰 앵커와 맞는 키가 없습니다"),
    ("{zone}: signatures that were not verified", "{zone}: 검증하지 못한 서명이 있습니다"),
    (
        "{zone}: by this machine's clock no signature holds, of the zones above neither",
        "{zone}: 이 컴퓨터의 시계로는 상위 영역의 서명도 모두 유효하지 않습니다",
    ),
    # credentials
    ("the AWS credentials have expired: sign in again", "AWS 자격 증명이 만료되었습니다. 다시 로그인하세요"),
    (
        "the AWS request was too old: check this machine's clock, or sign in again",
        "AWS 요청이 너무 오래되었습니다. 이 컴퓨터의 시계를 확인하거나 다시 로그인하세요",
    ),
    (
        "AWS does not know this access key: check the profile and its partition",
        "AWS에 없는 액세스 키입니다. 프로필과 파티션을 확인하세요",
    ),
    (
        "the secret access key does not fit the access key: check the profile",
        "비밀 액세스 키가 액세스 키와 맞지 않습니다. 프로필을 확인하세요",
    ),
    (
        "no AWS credentials were sent: configure a profile or set AWS_PROFILE",
        "AWS 자격 증명 없이 요청했습니다. 프로필을 설정하거나 AWS_PROFILE을 지정하세요",
    ),
    (
        "no AWS credentials found: configure a profile or set AWS_PROFILE",
        "AWS 자격 증명이 없습니다. 프로필을 설정하거나 AWS_PROFILE을 지정하세요",
    ),
    (
        "the AWS credentials are incomplete: an access key and its secret are both needed",
        "AWS 자격 증명이 불완전합니다. 액세스 키와 비밀 액세스 키가 모두 필요합니다",
    ),
    (
        "the AWS credentials could not be fetched: check the profile's credential process",
        "AWS 자격 증명을 가져오지 못했습니다. 프로필의 credential_process를 확인하세요",
    ),
    (
        "the AWS credentials could not be fetched from the metadata service",
        "메타데이터 서비스에서 AWS 자격 증명을 가져오지 못했습니다",
    ),
    (
        "this AWS profile does not exist: check --profile and AWS_PROFILE",
        "없는 AWS 프로필입니다. --profile과 AWS_PROFILE을 확인하세요",
    ),
    (
        "the AWS profile is configured wrongly: check ~/.aws/config",
        "AWS 프로필 설정이 잘못되었습니다. ~/.aws/config 파일을 확인하세요",
    ),
    (
        "the AWS profiles refer to each other in a circle: check ~/.aws/config",
        "AWS 프로필이 서로를 돌아가며 가리킵니다. ~/.aws/config 파일을 확인하세요",
    ),
    (
        "the AWS configuration file cannot be read: check ~/.aws/config",
        "AWS 설정 파일을 읽을 수 없습니다. ~/.aws/config 파일을 확인하세요",
    ),
    (
        "the AWS configuration file was not found: check AWS_CONFIG_FILE",
        "AWS 설정 파일이 없습니다. AWS_CONFIG_FILE을 확인하세요",
    ),
    (
        "the AWS credentials need a new MFA code: sign in again",
        "AWS 자격 증명에 새 MFA 코드가 필요합니다. 다시 로그인하세요",
    ),
    ("the profile names a source of credentials that does not exist", "프로필이 없는 자격 증명 원본을 가리킵니다"),
    (
        "the AWS sign-in session is missing or has expired: run {command}",
        "AWS 로그인 세션이 없거나 만료되었습니다. 다음 명령을 실행하세요: {command}",
    ),
    (
        "profile {profile} wants an MFA code: start the scan on a terminal, or give it temporary credentials",
        "프로필 {profile}: MFA 코드가 필요합니다. 터미널에서 스캔을 시작하거나 임시 자격 증명을 주세요",
    ),
    (
        "the credential_process of profile {profile} did not end within {seconds} seconds, and was stopped",
        "프로필 {profile}: credential_process가 {seconds}초 안에 끝나지 않아 중단했습니다",
    ),
    (
        "the credential_process of profile {profile} failed: {command} shows what it says",
        "프로필 {profile}: credential_process가 실패했습니다. 출력 내용은 {command} 명령으로 봅니다",
    ),
    (
        "the credential_process of profile {profile} cannot be run: {why}",
        '프로필 {profile}: credential_process를 실행할 수 없습니다: "{why}"',
    ),
    (
        "the credential_process of profile {profile} printed no credentials (JSON with Version 1, AccessKeyId and"
        " SecretAccessKey)",
        "프로필 {profile}: credential_process가 자격 증명을 출력하지 않았습니다(Version 1, AccessKeyId,"
        " SecretAccessKey가 있는 JSON)",
    ),
    (
        "no AWS Region is known: pass --region or set AWS_REGION",
        "AWS 리전을 알 수 없습니다. --region을 쓰거나 AWS_REGION을 지정하세요",
    ),
    ("account {account}: {why}", "계정 {account}: {why}"),
    ("no facts came of this shard", "이 샤드에서 수집 결과가 오지 않았습니다"),
    ("no facts came of this shard: {why}", '이 샤드에서 수집 결과가 오지 않았습니다: "{why}"'),
    # answers of AWS
    ("no answer before the scan's deadline (--timeout)", "스캔의 제한 시간(--timeout) 안에 응답이 없습니다"),
    ("unexpected answer: no UTF-8 text", "예상 밖의 응답: UTF-8 텍스트가 아닙니다"),
    ("unexpected answer: the AWS SDK could not read it", "예상 밖의 응답: AWS SDK가 읽지 못했습니다"),
    (
        "unexpected answer: the list of hosted zones does not end",
        "예상 밖의 응답: 호스팅 영역 목록이 끝나지 않습니다",
    ),
    (
        "unexpected answer: it is about another command or instance",
        "예상 밖의 응답: 다른 명령이나 인스턴스의 것입니다",
    ),
    ("unexpected answer: no {member}", "예상 밖의 응답: 없는 항목 {member}"),
    ("unexpected answer: {why}", '예상 밖의 응답: "{why}"'),
    ("{thing}: no {member} in the answer", "{thing}: 응답에 없는 항목 {member}"),
    ("no {member} in the answer", "응답에 없는 항목 {member}"),
    (
        "albdoctor itself refused to send {action}: {why}; please report this defect",
        "albdoctor가 스스로 전송을 거부했습니다: {action}: {why}. 이 결함을 알려 주세요",
    ),
    ("it is no declared read", "선언된 읽기 작업이 아닙니다"),
    ("it is not the declared command", "선언된 명령이 아닙니다"),
    ("the pool is shut down", "스캔이 이미 끝났습니다"),
    ("the scan's deadline has passed", "스캔의 제한 시간이 지났습니다"),
    ("the list did not end after {count} pages", "목록이 {count}쪽을 넘어도 끝나지 않습니다"),
    (
        "at most {clusters} clusters and {services} services of a Region are looked at",
        "리전마다 클러스터 최대 {clusters}개, 서비스 최대 {services}개까지만 조회합니다",
    ),
    (
        "at most {count} services of a load balancer are looked at",
        "로드 밸런서마다 서비스는 최대 {count}개까지만 조회합니다",
    ),
    (
        "at most {count} Auto Scaling groups of a load balancer are looked at",
        "로드 밸런서마다 Auto Scaling 그룹은 최대 {count}개까지만 조회합니다",
    ),
    (
        "at most {count} functions of a load balancer are looked at",
        "로드 밸런서마다 함수는 최대 {count}개까지만 조회합니다",
    ),
    (
        "whether a condition of the function's policy holds is not known",
        "함수 정책의 조건이 충족되는지 알 수 없습니다",
    ),
    ("the list of {name} did not end after {count} pages", "{name} 목록이 {count}쪽을 넘어도 끝나지 않습니다"),
    ("the zone is large: only the names that matter were read", "큰 영역이라 필요한 이름만 읽었습니다"),
    ("{name}: of the large zone {zone} other names were read", "{name}: 큰 영역 {zone}에서 읽지 않은 이름입니다"),
    ("{name} is no load balancer's ARN", "{name}: 로드 밸런서의 ARN이 아닙니다"),
    ("{metric}: {count} values for {times} timestamps", "{metric}: 시각 {times}개에 값 {count}개"),
    ("{metric}: {status}, and no further page", "{metric}: {status}, 다음 쪽이 없음"),
    ("{metric}: no answer", "{metric}: 응답 없음"),
    ("Route 53 Domains does not exist in this partition", "이 파티션에는 Route 53 Domains가 없습니다"),
    ("not an id of an EC2 instance", "EC2 인스턴스 ID가 아닙니다"),
    (
        "it is not managed by Systems Manager, its agent is not online, or it runs another system",
        "Systems Manager 관리형 노드가 아니거나, 에이전트가 오프라인이거나, 운영 체제가 다릅니다",
    ),
    ("the command did not end within {seconds} s: {status}", "명령이 {seconds}초 안에 끝나지 않았습니다: {status}"),
    ("the command failed: {words}", '명령이 실패했습니다: "{words}"'),
    ("the host's firewall rules cannot be read: {why}", "호스트의 방화벽 규칙을 읽을 수 없습니다: {why}"),
    (
        "the host's firewall rules leave open whether port {port} is reached",
        "호스트의 방화벽 규칙만으로는 {port} 포트에 접속할 수 있는지 알 수 없습니다",
    ),
    ("the command's output cannot be read: {why}", "명령의 출력을 읽을 수 없습니다: {why}"),
    ("more than {count} characters", "{count}자를 넘습니다"),
    ("it is damaged", "출력이 손상되었습니다"),
    ("it is cut off, or too long", "출력이 잘렸거나 너무 깁니다"),
    ("a chain has an odd name", "체인의 이름이 이상합니다"),
    ("no ruleset of nft", "nft의 규칙이 아닙니다"),
    ("no route", "경로가 아닙니다"),
    ("they are no rules", "규칙이 아닙니다"),
    ("no firewall of Windows", "Windows 방화벽의 출력이 아닙니다"),
    ("its network has no single category", "네트워크 범주가 하나가 아닙니다"),
    ("it is not complete", "출력이 끊겼습니다"),
    ("no socket: {word}", "소켓이 아닙니다: {word}"),
    ("no port: {word}", "포트가 아닙니다: {word}"),
    # DNS
    ("timeout", "시간 초과"),
    ("not authoritative", "권한 없는 응답"),
    ("no server to ask", "조회할 서버가 없습니다"),
    ("no server answered", "응답한 서버가 없습니다"),
    ("not asked", "조회하지 않음"),
    ("not asked: {why}", "조회하지 않음: {why}"),
    ("and {count} more", "외 {count}개"),
    ("no address", "주소 없음"),
    ("CNAME {chain}: {why}", "CNAME {chain}: {why}"),
    ("too many questions", "질의가 너무 많습니다"),
    ("too many questions for {name}", "질의가 너무 많습니다: {name}"),
    ("too many name servers", "네임서버가 너무 많습니다"),
    ("name servers that only resolve through each other", "네임서버끼리만 서로를 가리킵니다"),
    (
        "port 53 is intercepted on the way from here: what answers for a root server is a resolver",
        "여기서 나가는 53 포트가 가로채이고 있습니다. 루트 서버 대신 리졸버가 응답합니다",
    ),
    ("no server of {whose} gave a usable answer: {why}", "쓸 수 있는 응답을 준 서버가 없습니다({whose}): {why}"),
    ("no server of {whose} may be asked: {why}", "조회해도 되는 서버가 없습니다({whose}): {why}"),
    ("the root", "루트"),
    ("{server} has the {kind} address {address}", "{server} 서버의 주소 {address} ({kind})"),
    ("private", "사설 주소"),
    ("loopback", "루프백 주소"),
    ("link-local", "링크 로컬 주소"),
    ("multicast", "멀티캐스트 주소"),
    ("reserved", "예약된 주소"),
    ("unspecified", "지정되지 않은 주소"),
    ("shared", "공유 주소"),
    ("benchmarking", "벤치마킹용 주소"),
    ("cloud-internal", "클라우드 내부 주소"),
    ("malformed", "잘못된 형식의 주소"),
    ("malformed: truncated over TCP too", "잘못된 형식: TCP로도 잘림"),
    ("malformed: only answers to other questions came", "잘못된 형식: 다른 질의에 대한 응답만 옴"),
    ("only answers to other questions came", "다른 질의에 대한 응답만 옴"),
    ("malformed: an answer to another question", "잘못된 형식: 다른 질의에 대한 응답"),
    ("an answer to another question", "다른 질의에 대한 응답"),
    ("malformed: connection reset", "잘못된 형식: 연결이 끊김"),
    ("malformed: {why}", '잘못된 형식: "{why}"'),
    ("CAA: the CNAMEs do not end at {name}", "CAA: CNAME이 끝나지 않습니다: {name}"),
    ("CAA of {name}: {why}", "{name} CAA: {why}"),
    # registration data
    ("no RDAP or WHOIS server is known for .{tld}", "RDAP 또는 WHOIS 서버가 알려지지 않은 최상위 도메인: .{tld}"),
    ("no answer within {seconds} s", "{seconds}초 안에 응답이 없습니다"),
    ("no registration in the answer: {words}", '응답에 등록 정보가 없습니다: "{words}"'),
    ("the answer is longer than {count} bytes", "응답이 {count}바이트를 넘습니다"),
    ("the answer is empty", "응답이 비어 있습니다"),
    ("the answer is no RDAP object of this domain", "이 도메인의 RDAP 객체가 아닌 응답입니다"),
    ("redirected away from HTTPS to {target}", "HTTPS가 아닌 곳으로 리디렉션됩니다: {target}"),
    ("redirected to {target}, which is no public server", "공개 서버가 아닌 곳으로 리디렉션됩니다: {target}"),
    ("{host} is no host name", "{host}: 호스트 이름이 아닙니다"),
    ("{host} has {address}, which is not asked", "{host}: 조회하지 않는 주소입니다: {address}"),
    ("the {kind} address {address}", "{address} ({kind})"),
    # probes
    ("not probed", "요청을 보내지 않았습니다"),
    ("not probed: {kind} address {address}", "요청을 보내지 않았습니다: {address} ({kind})"),
    ("no TLS handshake was tried", "TLS 핸드셰이크를 시도하지 않았습니다"),
    ("no request was sent", "요청을 보내지 않았습니다"),
    ("nothing listens: the socket connected to itself", "수신 대기 중인 프로세스가 없습니다"),
    ("https://{place}: {why}", "https://{place}: {why}"),
    ("http://{place}: {why}", "http://{place}: {why}"),
    ("no IPv6", "IPv6 없음"),
    ("certificate has expired (OpenSSL {code})", "인증서 만료 (OpenSSL {code})"),
    ("certificate is not yet valid (OpenSSL {code})", "아직 유효하지 않은 인증서 (OpenSSL {code})"),
    ("self-signed certificate (OpenSSL {code})", "자체 서명 인증서 (OpenSSL {code})"),
    ("self-signed certificate in certificate chain (OpenSSL {code})", "체인에 자체 서명 인증서 (OpenSSL {code})"),
    ("unable to get local issuer certificate (OpenSSL {code})", "발급자 인증서 없음 (OpenSSL {code})"),
    ("unable to verify the first certificate (OpenSSL {code})", "중간 인증서 없음 (OpenSSL {code})"),
    (
        "Hostname mismatch, certificate is not valid for {name} (OpenSSL {code})",
        "{name} 이름과 맞지 않는 인증서 (OpenSSL {code})",
    ),
    ("closed during the handshake", "핸드셰이크 도중 연결이 닫혔습니다"),
    ("the trusted roots cannot be read: {why}", '신뢰할 루트 인증서를 읽을 수 없습니다: "{why}"'),
    ("no end after {count} bytes", "{count}바이트를 넘어도 끝나지 않습니다"),
    ("not http: {words}", 'HTTP가 아닙니다: "{words}"'),
    ("server name: {why}", '서버 이름: "{why}"'),
    ("not followed: {why}", "따라가지 않음: {why}"),
    ("another host", "다른 호스트"),
    ("another scheme", "다른 스킴"),
    ("too long", "너무 깁니다"),
    ("not public", "공개 주소가 아닙니다"),
    ("blocked: no browser opens port {port}", "차단됨: 브라우저가 열지 않는 포트 {port}"),
    ("more than {count} requests", "요청이 {count}번을 넘습니다"),
    ("seen before, after a cookie was set", "쿠키가 설정된 뒤 같은 곳으로 돌아옴"),
    ("seen before", "같은 곳으로 돌아옴"),
    (
        "{status}: {server} asks for proof that this is a browser",
        "{status}: {server} 측이 브라우저임을 증명하라고 요구합니다",
    ),
    # what the facts lack
    ("{name} is missing from the facts", "수집 결과에 없음: {name}"),
    ("{thing} is not known to this albdoctor", "이 albdoctor가 모르는 값: {thing}"),
    ("{name} was not described", "조회되지 않음: {name}"),
    ("{name} is named but was not described", "이름은 있으나 조회되지 않음: {name}"),
    ("{names} were not described", "조회되지 않음: {names}"),
    (
        "a load balancer's subnet, route table or gateway was not described",
        "로드 밸런서의 서브넷, 라우팅 테이블 또는 게이트웨이가 조회되지 않았습니다",
    ),
    (
        "{table} leads clients' answers through {through}",
        "{table} 라우팅 테이블이 클라이언트로 가는 응답을 보내는 곳: {through}",
    ),
    (
        "{table} leads packets to {range} through {through}",
        "{table}: {range} 대역으로 가는 패킷이 거치는 곳: {through}",
    ),
    (
        "{table} leads visitors' packets to {subnet} through {through}",
        "{table} 라우팅 테이블에서 방문자의 패킷이 {subnet} 서브넷으로 갈 때 거치는 곳: {through}",
    ),
    ("{table} has two routes for {range}", "{table}: {range} 대역의 경로가 둘입니다"),
    ("{list} of {table} was not described", "{table}: {list} 접두사 목록이 조회되지 않았습니다"),
    ("state {state} of the route for {range}", "{range} 경로의 상태 {state}"),
    ("elsewhere", "다른 곳"),
    ("no security group is known here", "확인된 보안 그룹이 없습니다"),
    ("{groups} admit a part of {addresses}", "{groups}: 일부만 허용합니다: {addresses}"),
    ("{acl} treats parts of {addresses} differently", "{acl}: 부분마다 다르게 처리합니다: {addresses}"),
    ("{cidr} is no block of addresses", "{cidr}: 주소 블록이 아닙니다"),
    ("the network ACL of {subnet}", "{subnet} 네트워크 ACL"),
    ("the subnet of {target}", "{target} 서브넷"),
    ("no IPv{version} range of subnet {subnet} is known", "서브넷 {subnet}의 IPv{version} 주소 범위를 알 수 없습니다"),
    ("no primary IPv6 address of {target} is known", "{target} 대상의 기본 IPv6 주소를 알 수 없습니다"),
    ("the host's firewall rules for IPv6 are not read", "호스트 방화벽의 IPv6 규칙은 읽지 않습니다"),
    (
        "{target} is not known to admit anybody from outside its VPC",
        "{target}: VPC 밖에서 들어올 수 있는지 확인되지 않았습니다",
    ),
    ("{target}: not among those that are asked", "{target}: 조회 대상이 아닙니다"),
    ("--inspect-hosts: the answer was no", "--inspect-hosts: 실행하지 않겠다고 답했습니다"),
    ("{target} is outside the VPC of its group", "{target}: 대상 그룹의 VPC 밖에 있습니다"),
    ("no network interface of {target} found", "{target}: 네트워크 인터페이스를 찾지 못했습니다"),
    (
        "the name leads to none in this account; name it with --balancer, --region or --profile",
        "이 계정에는 이름이 가리키는 것이 없습니다. --balancer, --region, --profile 중 하나로 지정하세요",
    ),
    ("unknown load balancer state {state}", "알 수 없는 로드 밸런서 상태: {state}"),
    (
        "{left} of the {all} addresses of {host} were not probed",
        "{host} 주소 {all}개 중 {left}개에는 요청을 보내지 않았습니다",
    ),
    ("not described: {names}", "조회되지 않음: {names}"),
    ("a group was not described", "대상 그룹이 조회되지 않았습니다"),
    ("the default rule was not described", "기본 규칙이 조회되지 않았습니다"),
    (
        "a rule depends on the client, or the default rule was not described",
        "클라이언트에 따라 달라지는 규칙이 있거나 기본 규칙이 조회되지 않았습니다",
    ),
    ("a rule before it depends on the client", "앞선 규칙이 클라이언트에 따라 달라집니다"),
    ("a rule depends on the client", "클라이언트에 따라 달라지는 규칙이 있습니다"),
    ("a rule before the redirect depends on the client", "리디렉션 앞에 클라이언트에 따라 달라지는 규칙이 있습니다"),
    ("a listener's default rule was not described", "리스너의 기본 규칙이 조회되지 않았습니다"),
    (
        "the scan that saw the load balancer was not for this domain: scan the domain with its profile too",
        "로드 밸런서를 본 스캔은 이 도메인의 것이 아닙니다. 그 프로필로 이 도메인도 스캔하세요",
    ),
    (
        "{host} has a record of type {types}, which is not known to this albdoctor",
        "{host}: 이 albdoctor가 모르는 유형의 레코드가 있습니다: {types}",
    ),
)

EVIDENCE = Phrases(
    ("{question}, default rule, for {url}", "{question}, 기본 규칙, 요청 {url}"),
    ("{question}, default rule", "{question}, 기본 규칙"),
    ("{question}, rule {number}, for {url}", "{question}, 규칙 {number}, 요청 {url}"),
    ("{question}, rule {number}", "{question}, 규칙 {number}"),
    ("{question}, rules, for {url}", "{question}, 모든 규칙, 요청 {url}"),
    ("{question}, rules", "{question}, 모든 규칙"),
    ("TCP connection", "TCP 연결"),
    ("not described", "조회되지 않음"),
    ("no listener", "리스너 없음"),
    ("no rule", "규칙 없음"),
    ("no entry", "항목 없음"),
    ("no TLS", "TLS가 아님"),
    ("not found", "찾을 수 없음"),
    ("forward to no group", "forward → 대상 그룹 없음"),
    ("forward to {groups}", "forward → {groups}"),
    ("another action", "다른 작업"),
    ("more than {count} names", "이름이 {count}개를 넘음"),
    ("{rules}, and {count} more", "{rules} 외 {count}개"),
    ("{group}: no rule", "{group}: 규칙 없음"),
    ("NOERROR, not authoritative", "NOERROR, 권한 없는 응답"),
    ("{codes}; {unchecked} with checking disabled", "{codes}; 검증을 끄면 {unchecked}"),
    ("{address}: 443 no TLS ({why}), {rest}", "{address}: 443 TLS 실패({why}), {rest}"),
    ("{address}: 443 timeout, {rest}", "{address}: 443 시간 초과, {rest}"),
    ("{address}: https timeout, {rest}", "{address}: https 시간 초과, {rest}"),
    ("80 timeout", "80 시간 초과"),
    ("http timeout", "http 시간 초과"),
    ("80 refused", "80 연결 거부"),
    ("80 silent", "80 응답 없음"),
    ("{address}: 443 silent, {rest}", "{address}: 443 응답 없음, {rest}"),
    ("{listener} → {does}, 1 rule", "{listener} → {does}, 규칙 1개"),
    ("{listener} → {does}, {count} rules", "{listener} → {does}, 규칙 {count}개"),
    ("{address}: 443 refused, {rest}", "{address}: 443 연결 거부, {rest}"),
)

SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
"""Words in a row; all else is a name, a code or a number, which nobody has said."""


def question(asked: str, lang: Lang) -> str:
    """What was asked; an AWS action or a DNS question is the same in every language."""
    return ASKED.of(asked) or asked if lang == "ko" else asked


def reason(detail: str, lang: Lang) -> str:
    """Why there is no answer."""
    if lang == "en" or not detail:
        return detail
    known = DETAILS.of(detail)
    if known:
        return known
    parts = [(part, DETAILS.of(part)) for part in detail.split(", ")]
    if all(told or " " not in part for part, told in parts):  # several short ones: "REFUSED, timeout"
        return ", ".join(told or part for part, told in parts)
    return f'"{detail}"' if SENTENCE.search(detail) else detail


def evidence(said: Text, lang: Lang) -> str:
    """What was seen, or who was asked; words of ours that stand in both languages alike are told in the report's."""
    if lang == "en" or said.en != said.ko:
        return said.of(lang)
    return EVIDENCE.of(said.en) or ASKED.of(said.en) or DETAILS.of(said.en) or said.en
