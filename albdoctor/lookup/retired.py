"""Checks that are no more, and which one tells what they told; their ids are never used again (checks/ids.tsv)."""

from __future__ import annotations

RETIRED = {
    "ALB142": ("zone-alias-internal-lb", "ALB303"),
    "ALB318": ("listener-sni-cert-not-in-list", "ALB214"),
}
"""Slug and heir of each id."""


def heir(words: str) -> tuple[str, str, str] | None:
    """Id, slug and heir of a retired check that is named by id or slug; None: it names none."""
    wanted = words.strip().casefold()
    return next(
        ((id_, slug, told_by) for id_, (slug, told_by) in RETIRED.items() if wanted in (id_.casefold(), slug)), None
    )
