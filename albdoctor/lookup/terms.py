"""Text as terms that can be compared: codes whole, English words by their stem, Korean words without their endings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import cache
from typing import NamedTuple

from albdoctor.lookup.synonyms import SYNONYMS

WORD = re.compile(r"[a-z0-9]+(?:[._&+/-]+[a-z0-9]+|_+[a-z0-9]+)*|[가-힣]+|[^\W\d_a-z가-힣]+")
ADDRESS = re.compile(r"(?<![0-9.])(?!127)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
"""Whose address it is says nothing of the fault."""
LETTERS = re.compile(r"(?<![A-Za-z0-9_./-])[A-Za-z]{5,}(?![A-Za-z0-9_/-])|[가-힣]{3,}")
PART = re.compile(r"[a-z]+|[0-9]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HANGUL = re.compile(r"[가-힣]+")
VOWELS = frozenset("aeiouy")

# ruff: noqa: SIM905 - lists of words are read and changed as words
STOP = frozenset(
    """
    a an and are as at be been but by can cannot could did do does doing each else for from get gets getting
    give gives given had has have how i if in into is it its just like me my nothing of on or our out over
    own please says seem seems should show shows so some still than that the their them then there these
    they this to too up us very via was we were what when where which while who why will with would you your
    even though ca doesnt dont isnt cant wont not although because also after before now yet about any all
    am im don doesn isn won t s ve 그 그런 그리고 그래서 근데 그런데 나 내 너무 더 또 뭐 및 수 안 왜 어떤
    어떻게 우리 이 이런 자꾸 저 제 제가 좀 등 중 것 거 못 때 뭘 어떨 땐 동작 작동 많다 하고 해서 있는 있음
    없이 계속 아직 이미 다 잘 할 한 해요 합니다 하는데 하면 했는데 됩니다
    """.split()
)
"""Words that say nothing of a fault."""

ENDINGS = tuple(
    sorted(
        """
    은 는 이 가 을 를 에 에서 에게 에는 에서는 에도 로 으로 로는 으로는 로만 으로만 로도 으로도 도 만 와 과
    의 랑 이랑 까지 부터 마다 보다 처럼 밖에 이라고 라고 이라 라 이나 나 인데 인가요 이에요 예요 입니다 이다
    임 인 란 이란 들 들이 들은 들을 하다 하고 하는 하면 하는데 하는지 하지 하려면 한 할 함 해 해도 해요 해야
    해서 했는데 했더니 했습니다 했어요 합니다 하기 하세요 했음 되다 되고 되는 되는데 되나요 되면 되지 된 될
    됨 돼 돼요 돼서 됐는데 됐어요 됩니다 되었습니다 되어 됐다 됐음 된다 되네요 돼있음 안됨 안돼 안돼요
    안됩니다 안되요 안되는 안되네요 안돼서 안될 안 못함 못해요 있음 있는 있어요 있는데 있습니다 없음 없는
    없어요 없는데 없습니다 없다 있다 없을 있나요 나요 나옴 나와요 나옵니다 나온다 나는데 납니다 남 떠요 떠
    뜸 뜹니다 뜨는 뜨네요 뜨면 걸림 걸려요 네요 어요 아요 라서 이라서 다고 다면 다는 다며 라며 용 씩 째 쯤
    뿐 만큼 같은 같이 때문에 않음 않아요 않습니다 않는 않고 않은 않다 않네요 라는 이라는 중 시 후 전 중인
    중에 시에 습니다 니다 는데 는지 지 음 고 면 서 다 요
    """.split(),
        key=len,
        reverse=True,
    )
)
"""Particles and endings that Korean glues to a word; the longest is taken first."""


VERBS = (
    "요",
    "다",
    "까",
    "죠",
    "니",
    "나",
    "야",
    "서",
    "는",
    "은",
    "던",
    "게",
    "지",
    "면",
    "려고",
    "데",
    "니까",
    "여",
    "음",
    "함",
    "됨",
)


SAYS_NOTHING = STOP.union(ENDINGS)


class Term(NamedTuple):
    """One thing that was said. A compound (`Target.Timeout`) is itself, or else its parts."""

    text: str
    parts: tuple[str, ...] = ()
    verb: bool = False
    """A Korean word that looks like a verb of the sentence: it tells little where no check knows it."""


def terms(text: str) -> tuple[Term, ...]:
    """Split a text into its terms, each once, in the order in which they stand."""
    plain = unicodedata.normalize("NFKC", text)
    humps = {whole.lower(): HUMP.sub(" ", whole).lower() for whole in re.findall(r"[A-Za-z0-9]+", plain)}
    said = _replace(plain.lower().replace("’", "'")).replace("n't", " not")
    found: dict[str, Term] = {}
    for word in WORD.findall(ADDRESS.sub(" ", said)):
        term = _term(word, humps)
        if term and term.text not in found:
            found[term.text] = term
    return tuple(found.values())


def mended(text: str, known: Container[str]) -> str:
    """Write what people typed with our words spelled right; known terms are right as they are."""

    def spelled(match: re.Match[str]) -> str:
        word = match[0]
        return word if stem(word.lower()) in known or _bare(word) in known else _spelled(word)

    return LETTERS.sub(spelled, unicodedata.normalize("NFKC", text))


def flat(said: tuple[Term, ...]) -> frozenset[str]:
    """Give every name of some terms: compounds and their parts."""
    return frozenset(name for term in said for name in (term.text, *term.parts))


def is_code(text: str) -> bool:
    """Whether a term is compared as it is: numbers, and names with a mark or a digit in them."""
    return not text.isalpha()


def quality(asked: str, known: str) -> float:
    """How well a term stands for another one: 1 the same, 0 not at all."""
    if asked == known:
        return 1.0
    if is_code(asked) or is_code(known):
        return 0.0
    if HANGUL.fullmatch(asked):
        return _korean(asked, known) if HANGUL.fullmatch(known) else 0.0
    short = min(len(asked), len(known))
    if short >= 5 and (asked.startswith(known) or known.startswith(asked)) and abs(len(asked) - len(known)) <= 4:
        return 0.75
    return 0.7 if short >= 4 and max(len(asked), len(known)) >= 5 and one_edit(asked, known) else 0.0


def one_edit(one: str, other: str) -> bool:
    """Whether one letter more, less or another, or two that changed places, make one word of the other."""
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    at = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        return True
    rest, others = one[at:], other[at:]
    swapped = rest[:2] == others[1::-1] and rest[2:] == others[2:]
    return swapped or rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]


def _term(word: str, humps: dict[str, str]) -> Term | None:
    if HANGUL.fullmatch(word):
        bare = _bare(word)
        if len(bare) < 2 or not SAYS_NOTHING.isdisjoint((word, bare)):
            return None
        return Term(_short().get(bare, bare), verb=word.endswith(VERBS))
    pieces = PART.findall(humps.get(word, word))
    if len(pieces) > 1:
        return Term(word, tuple(dict.fromkeys(stem(piece) for piece in pieces if piece not in STOP)))
    return None if word in STOP else Term(stem(word))


@cache
def _bare(word: str) -> str:
    """Take particles and endings off, as long as two syllables are left."""
    for _ in range(3):
        ending = next((one for one in ENDINGS if word.endswith(one) and len(word) - len(one) >= 2), "")
        if not ending:
            break
        word = word.removesuffix(ending)
    return word


@cache
def stem(word: str) -> str:
    """Take the endings of plural, -ing and -ed off an English word."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3 and not word.endswith("ss") and not VOWELS.isdisjoint(base):
            if ending == "es" and not base.endswith(("s", "x", "ch", "sh")):
                continue
            if ending in ("ing", "ed") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls":
                base = base[:-1]
            return base.removesuffix("e") if len(base) > 4 else base
    return word.removesuffix("e") if len(word) > 4 else word


def _korean(asked: str, known: str) -> float:
    short = min(len(asked), len(known))
    if short >= 2 and (asked.startswith(known) or known.startswith(asked)):
        return 0.8 if short >= 3 or abs(len(asked) - len(known)) <= 2 else 0.5
    pairs, others = _pairs(asked), _pairs(known)
    if not pairs or not others:
        return 0.0
    alike = 2 * len(pairs & others) / (len(pairs) + len(others))
    return 0.7 * alike if alike >= 0.5 else 0.0


@cache
def _pairs(word: str) -> frozenset[str]:
    return frozenset(word[place : place + 2] for place in range(len(word) - 1))


def _replace(text: str) -> str:
    return _pattern().sub(lambda match: f" {_meant()[_squeezed(match[0])]} ", text)


def _squeezed(variant: str) -> str:
    return re.sub(r"[\s-]+", "", variant)


@cache
def _meant() -> dict[str, str]:
    return {_squeezed(variant): name for name, variants in SYNONYMS.items() for variant in variants}


@cache
def _pattern() -> re.Pattern[str]:
    """One pattern for all variants, the longest first; blanks and hyphens in them may be left out."""
    every = sorted((one for variants in SYNONYMS.values() for one in variants), key=len, reverse=True)
    latin = [one for one in every if not HANGUL.search(one)]
    korean = [one for one in every if HANGUL.search(one) and not _is_short(one)]
    whole = r"(?<![a-z0-9])(?<![a-z0-9][._/-])(?:{})(?![a-z0-9])(?![._/-][a-z0-9])"
    return re.compile("|".join((*map(_loose, korean), whole.format("|".join(map(_loose, latin))))))


@cache
def _spelled(word: str) -> str:
    """Mend a word that is one letter away from one of ours, so that what it is a part of is seen ("secuirty group")."""
    bare = _bare(word) if HANGUL.fullmatch(word) else word.lower()
    letters = unicodedata.normalize("NFD", bare)
    if letters in _right() or (bare != word.lower() and word in _right()) or _pattern().search(word.lower()):
        return word
    # What looks like a particle may be the word's own end: 로드벨런서.
    for part in (word, bare) if bare != word.lower() else (bare,):
        letters = unicodedata.normalize("NFD", part)
        if meant := next((known for known in _spellings() if one_edit(letters, known)), ""):
            return unicodedata.normalize("NFC", meant) + word[len(part) :]
    return word


@cache
def _right() -> frozenset[str]:
    """Every word of ours, single ones of longer variants too: what is right is not mended."""
    every = " ".join(one for name, variants in SYNONYMS.items() for one in (name, *variants))
    return frozenset(unicodedata.normalize("NFD", word) for word in every.split())


@cache
def _spellings() -> tuple[str, ...]:
    """The words of all variants that are long enough to be known again, Korean ones by their letters."""
    every = [one for name, variants in SYNONYMS.items() for one in (name, *variants)]
    latin = {word for one in every for word in re.findall(r"(?<![^ ])[a-z]{5,}(?![^ ])", one)}
    korean = {_squeezed(one) for one in every if re.fullmatch(r"[가-힣 ]{3,}", one)}
    return (*sorted(latin), *sorted(unicodedata.normalize("NFD", one) for one in korean if len(one) >= 3))


@cache
def _short() -> dict[str, str]:
    """Korean variants that are a word of their own only: two syllables turn up inside of others."""
    return {one: name for name, variants in SYNONYMS.items() for one in variants if _is_short(one)}


def _is_short(variant: str) -> bool:
    return len(variant) <= 2 and HANGUL.fullmatch(variant) is not None


def _loose(variant: str) -> str:
    return r"[\s-]*".join(re.escape(part) for part in re.split(r"[\s-]+", variant))
