"""What albdoctor refuses, each in one sentence for whoever asked, in both languages. Every room may raise these."""

from __future__ import annotations

import errno

from albdoctor.text import Lang, Text, Values, fill


class AlbdoctorError(Exception):
    """Whatever albdoctor refuses to do; a command ends with exit code 2 and this sentence."""

    def __init__(self, said: Text | str, **values: object) -> None:
        """Fill the values into the sentence; `str` of the error is the English one.

        A plain string is a sentence that is told already, in one language.
        """
        if isinstance(said, str):
            said, values = Text(en="{told}", ko="{told}"), {"told": said}
        self.said = said
        self.values: Values = {
            name: value if isinstance(value, Text | int) else str(value) for name, value in values.items()
        }
        super().__init__(self.of("en"))

    def of(self, lang: Lang) -> str:
        """Give the sentence in one language."""
        return fill(self.said.of(lang), self.values, lang)


class BadOptionError(AlbdoctorError, ValueError):
    """An option, an argument, a setting or a file's place cannot be used."""


class BadFactsError(AlbdoctorError, ValueError):
    """A facts file cannot be read; the sentence names the bad field."""


class BadCheckError(AlbdoctorError):
    """A check is declared wrongly; the sentence says which and how: to its author, in English as Python's own."""


class UnknownCheckError(AlbdoctorError, LookupError):
    """A name fits no check; the sentence has the nearest names."""


SYSTEM = {
    errno.EACCES: "권한이 없습니다",
    errno.EPERM: "허용되지 않은 작업입니다",
    errno.ENOENT: "그런 파일이나 폴더가 없습니다",
    errno.EISDIR: "파일이 아니라 폴더입니다",
    errno.ENOTDIR: "경로의 일부가 폴더가 아닙니다",
    errno.EEXIST: "이미 있습니다",
    errno.ENOSPC: "디스크에 남은 공간이 없습니다",
    errno.EDQUOT: "디스크 할당량을 초과했습니다",
    errno.EFBIG: "파일이 너무 큽니다",
    errno.EIO: "입출력 오류입니다",
    errno.EROFS: "읽기 전용 파일 시스템입니다",
    errno.ELOOP: "심볼릭 링크가 너무 많이 이어집니다",
    errno.ENAMETOOLONG: "파일 이름이 너무 깁니다",
    errno.EMFILE: "열린 파일이 너무 많습니다",
}
"""What the system says most often when it refuses a file."""


def quoted(said: object) -> Text:
    """Somebody else's words: as they are, in Korean in quotes."""
    return Text(en=str(said), ko=f'"{said}"')


def system_words(error: OSError) -> Text:
    """Why the system refused."""
    said = error.strerror or str(error)
    known = SYSTEM.get(error.errno or 0)
    return Text(en=said, ko=known) if known else quoted(said)
