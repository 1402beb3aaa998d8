"""Builders of the tags that tell an owner."""

from __future__ import annotations

import msgspec

from albdoctor.facts.tags import TagDescription


def tagged(arn: str, /, **tags: str) -> TagDescription:
    """A thing with these tags, as the API tells it."""
    told = [{"Key": key, "Value": value} for key, value in tags.items()]
    return msgspec.convert({"ResourceArn": arn, "Tags": told}, TagDescription)
