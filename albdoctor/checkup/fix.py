"""A fix: what to type, what it does meanwhile, and how to see that it worked."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from albdoctor.text import Text, Values


class Impact(StrEnum):
    """What users of the site feel while the fix is applied."""

    NONE = "none"
    BRIEF = "brief"
    """Some requests may fail for seconds."""
    TRAFFIC = "traffic"
    """Where traffic goes changes."""


class Caution(Struct, frozen=True, kw_only=True):
    """A side effect that not every finding has: it is told where the finding's value `where` is not empty."""

    where: str
    text: Text
    says: Text | None = None
    """The side effect that it tells in particular, and that is left out then."""


class Fix(Struct, frozen=True, kw_only=True):
    """The template of a fix; `{name}` stands for a value of the finding, quoted in shell lines."""

    summary: Text
    impact: Impact = Impact.NONE
    cautions: tuple[Caution, ...] = ()
    """Side effects that some findings have; told before those that all have."""
    side_effects: tuple[Text, ...] = ()
    script: str = ""
    """Lines for bash with the AWS CLI; run with `set -euo pipefail`; empty: no AWS API can do it."""
    console: tuple[Text, ...] = ()
    terraform: str = ""
    cloudformation: str = ""
    by_hand: Text | None = None
    """For what no API reaches: a foreign registrar's panel, a process on a host."""
    verify: str = ""
    """One shell line that shows that it worked."""
    tells: Fix | None = None
    """The declared fix that this one tells in the terms of whoever owns what it changes."""

    before_others: bool = False
    """No other step can be done until this is: its number comes first."""
    of_registrar: bool = False
    """It speaks already to whoever registers the targets, a service or an Auto Scaling group."""

    def effects_for(self, values: Values) -> tuple[Text, ...]:
        """The side effects of the fix for a finding with these values."""
        told = [one for one in self.cautions if values[one.where]]
        said = [one.says for one in told]
        return (*(one.text for one in told), *(effect for effect in self.side_effects if effect not in said))
