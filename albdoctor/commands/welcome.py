"""What `albdoctor` alone says."""

from __future__ import annotations

from albdoctor.language import language
from albdoctor.streams import say
from albdoctor.text import Text

WORDS = Text(
    en="""\
albdoctor says why https://your-domain does not work on an AWS Application Load Balancer, and what to type to fix it.

  albdoctor shop.example    follow one request, name what breaks it; reads only, with the AWS CLI's credentials
  albdoctor explain 502     what an error, a status code or a check means (English or Korean)
  albdoctor demo            watch it work on this machine: no AWS account needed
  albdoctor --help          all commands""",
    ko="""\
albdoctor는 Application Load Balancer에서 https://도메인이 열리지 않는 이유와, 무엇을 입력해야 하는지 알려 줍니다.

  albdoctor shop.example    요청 하나를 따라가 끊긴 곳을 찾습니다. 읽기만 하며 AWS CLI의 자격 증명을 사용합니다
  albdoctor explain 502     오류, 상태 코드, 검사 항목의 뜻 (한국어, 영어)
  albdoctor demo            이 컴퓨터에서 바로 체험 (AWS 계정이 필요 없습니다)
  albdoctor --help          모든 명령""",
)


def welcome() -> None:
    """Say in a few lines what this is and how to begin."""
    say(WORDS.of(language(None)))
