"""Whose eyes the scan has."""

from __future__ import annotations

from albdoctor.collect.aws.account import Account
from albdoctor.collect.gaps import read
from albdoctor.facts.snapshot import Identity

ASKED = "sts:GetCallerIdentity"


async def identity(account: Account) -> Identity:
    """Ask STS who we are; needs no permission, only valid credentials."""
    region = await account.region() or await account.global_region()
    answer = await account.call("sts", "GetCallerIdentity", region)
    return read({"account": answer.get("Account"), "arn": answer.get("Arn")}, Identity, ASKED)
