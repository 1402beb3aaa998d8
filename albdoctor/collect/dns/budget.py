"""How much one scan may send over DNS: a stranger's delegation decides who is asked, and must not aim it at anybody."""

from __future__ import annotations

from collections import Counter

QUESTIONS = 600
"""Questions one scan may send: a sound domain needs about 60 to 150."""
TO_ONE = 100
"""Datagrams that one scan may send to one address: a sound domain's server gets some dozens. Whoever truncates its
answers is asked as often over TCP: nobody else can want that of it."""
LOOKUPS = 40
"""Questions about name servers' own names that one address may get: who serves a domain chooses these names."""


class Budget:
    """What one scan has sent so far, in total and to each address."""

    def __init__(self, questions: int = QUESTIONS) -> None:
        """Nothing was sent yet."""
        self._left = questions
        self._sent = Counter[str]()
        self._lookups = Counter[str]()

    def question(self, address: str, name: str, *, lookup: bool) -> str:
        """Count a question to an address; say why it must not be sent, if so, by the server's name."""
        if self._left <= 0:
            return "too many questions"
        if self._sent[address] >= TO_ONE or (lookup and self._lookups[address] >= LOOKUPS):
            return f"too many questions for {name}"
        self._left -= 1
        self._sent[address] += 1
        self._lookups[address] += lookup
        return ""

    def once_more(self, address: str) -> bool:
        """Count another packet for a question that was sent before; false: it must not be sent."""
        if self._sent[address] >= TO_ONE:
            return False
        self._sent[address] += 1
        return True
