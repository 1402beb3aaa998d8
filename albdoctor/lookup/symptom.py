"""A symptom: a code, a reason or an error name that people see, who sends it and what it comes from."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.text import Text


class Symptom(Struct, frozen=True, kw_only=True):
    """A short page. Its causes are checks by slug, the most frequent first; what no check covers is told in words."""

    name: str
    """What `explain` takes, as it is written where people see it."""
    title: Text
    also: tuple[str, ...] = ()
    """Other ways in which the same is written, in either language: other browsers' words, the phrase of a code."""
    sender: tuple[Text, ...]
    """Who sends it, and how to tell; a sentence or two each."""
    causes: tuple[str, ...]
    beyond: tuple[Text, ...] = ()
    """Causes that albdoctor does not look for."""
    refs: tuple[str, ...]
    """Public pages that state it."""
