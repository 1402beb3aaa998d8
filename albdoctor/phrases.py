"""English sentences of others (click, saved facts), found in a book of templates and told in Korean.

The English is the key, as with gettext: what is saved stays readable, and what no book knows stays as it is.
"""

from __future__ import annotations

import re

PLACE = re.compile(r"\{([a-z_]+)\}")
LONGEST = 2_000
"""Characters of a sentence that are compared; nothing of ours is longer."""


class Phrases:
    """A book: English templates with `{name}` for what varies, and the Korean of each with the same names."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        """Take pairs of English and Korean; compile nothing before the first question."""
        self.korean = dict(pairs)
        self._patterns: list[tuple[re.Pattern[str], str]] = []

    def of(self, said: str) -> str | None:
        """Tell a sentence in Korean; None: no template fits. Values that are phrases themselves are told too."""
        if said in self.korean:
            return self.korean[said]
        if len(said) > LONGEST:
            return None
        for pattern, korean in self._compiled():
            found = pattern.fullmatch(said)
            if found:
                values = {name: self.of(value) or value for name, value in found.groupdict().items()}
                return PLACE.sub(lambda place: values[place[1]], korean)  # noqa: B023 - called at once
        return None

    def _compiled(self) -> list[tuple[re.Pattern[str], str]]:
        """Patterns, those first that say most themselves."""
        if not self._patterns:
            varying = [template for template in self.korean if PLACE.search(template)]
            varying.sort(key=lambda template: -len(PLACE.sub("", template)))
            self._patterns = [(_pattern(template), self.korean[template]) for template in varying]
        return self._patterns


def _pattern(template: str) -> re.Pattern[str]:
    parts = PLACE.split(template)  # text, name, text, name, ... text
    made = "".join(f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return re.compile(made, re.DOTALL)
