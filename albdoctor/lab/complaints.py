"""What the lab says of itself where something does not hold, in Korean too.

Proofs and the errors of a repair or a scan hold it in English (`lab verify --format json`); the book has the rest.
"""

from __future__ import annotations

from albdoctor.phrases import Phrases
from albdoctor.text import Lang

COMPLAINTS = Phrases(
    # a first scan
    ("expected {finding}, which was not found", "예상했지만 찾지 못함: {finding}"),
    ("got {finding}, which was not expected", "예상하지 않은 발견: {finding}"),
    ("expected the verdict {expected}, got {got}", "예상 판정: {expected}, 실제 판정: {got}"),
    ("a root cause stands after what it explains", "근본 원인이 그 증상보다 뒤에 있음"),
    ("sound, and {address} was {outcome}", "정상으로 판정했으나 {address} 결과: {outcome}"),
    ("visitors get an error, and no finding says so", "방문자가 오류를 받는데 그렇게 알리는 발견이 없음"),
    ("exit 1, and no error is on the way", "종료 코드 1이지만 요청 경로에는 오류가 없음"),
    # fixes
    ("the script of {slug} ended with {code}: {shown}", "{slug} 스크립트의 종료 코드 {code}: {shown}"),
    ("the instructions of {slug} name no name server of Route 53", "{slug} 안내에 Route 53 네임서버가 없음"),
    (
        "the instructions of {slug} attach {count} Auto Scaling groups",
        "{slug} 안내가 연결하는 Auto Scaling 그룹: {count}개",
    ),
    ("the instructions of {slug} make no target group", "{slug} 안내에 대상 그룹을 만드는 명령이 없음"),
    ("the instructions of {slug} deploy nothing", "{slug} 안내에 배포 명령이 없음"),
    ("the instructions of {slug} read no log", "{slug} 안내에 로그를 확인하는 명령이 없음"),
    ("the instructions of {slug} deploy no revision", "{slug} 안내에 새 개정을 배포하는 명령이 없음"),
    ("the instructions of {slug} leave the replacing off", "{slug} 안내에 교체를 재개하는 명령이 없음"),
    ("the instructions of {slug} name no annotation", "{slug} 안내에 어노테이션이 없음"),
    ("the instructions of {slug} look for no Service", "{slug} 안내에 Service를 찾는 명령이 없음"),
    ("the instructions of {slug} scale no deployment", "{slug} 안내에 디플로이먼트를 조정하는 명령이 없음"),
    (
        "the instructions of {slug} have {count} lines that take a tag off",
        "{slug} 안내에서 태그를 떼는 명령: {count}개",
    ),
    ("taking the tag off ended with {code}: {shown}", "태그를 떼는 명령의 종료 코드 {code}: {shown}"),
    (
        "the controller finds {count} security groups with the tag of the cluster",
        "컨트롤러가 찾은 클러스터 태그가 있는 보안 그룹: {count}개",
    ),
    ("attaching ended with {code}: {shown}", "연결 명령의 종료 코드 {code}: {shown}"),
    (
        "nobody can fix {slug}: it has no script, and no actor knows it",
        "{slug}: 스크립트가 없고 고칠 줄 아는 역할도 없어 고칠 수 없음",
    ),
    # what is left after them
    ("{slug} is still there after the fixes", "{slug}: 고친 뒤에도 남아 있음"),
    ("{slug} could not judge: {why}", "{slug}: 판정하지 못함: {why}"),
    ("exit code {code}: {why}", "종료 코드 {code}: {why}"),
    # the scan and the lab themselves
    ("the scan ended with exit code {code} and wrote no report", "스캔이 종료 코드 {code} 상태로 끝났고 보고서가 없음"),
    ("the scan ended with exit code {code}: {said}", "스캔이 종료 코드 {code} 상태로 끝남: {said}"),
    ("no output", "출력 없음"),
    ("the scan's report cannot be read: {why}", '스캔의 보고서를 읽을 수 없음: "{why}"'),
    ("asked for {action}, which iam-policy does not allow", "iam-policy가 허용하지 않는 요청을 함: {action}"),
    ("not done after {seconds} s", "{seconds}초 안에 끝나지 않음"),
    ("the lab itself ended with {code}", "실습 환경 자체가 종료됨: {code}"),
    ("the lab itself failed: {why}", "실습 환경 자체의 오류: {why}"),
)


def told(complaint: str, lang: Lang) -> str:
    """One complaint in one language; what the book does not have stands in quotes."""
    return COMPLAINTS.of(complaint) or f'"{complaint}"' if lang == "ko" else complaint
