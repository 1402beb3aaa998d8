"""The accounts of an organisation, and the Regions that one of them has enabled.

Regions are asked of EC2 (`ec2:DescribeRegions`) and not of Account Management (`account:ListRegions`): each account is
asked for EC2 anyway, it answers in every partition, SCPs that deny Regions leave it out of the denial (Control Tower's
do), and it tells the names of Regions and nothing else of an account.
"""

from __future__ import annotations

from msgspec import Struct

from albdoctor.collect.aws.account import Account
from albdoctor.collect.members import Member

LIST = "organizations:ListAccounts"
REGIONS = "ec2:DescribeRegions"
ENABLED = ({"Name": "opt-in-status", "Values": ["opt-in-not-required", "opted-in"]},)


class Listed(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What `ListAccounts` tells of an account."""

    id: str
    name: str = ""
    state: str | None = None
    """`Status` said it before, and was retired on September 9, 2026 (API reference, ListAccounts)."""
    status: str | None = None


class Region(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What `DescribeRegions` tells of a Region."""

    region_name: str


async def members(account: Account) -> tuple[Member, ...]:
    """Every account of the organisation that can be asked: one that is closed, or not active yet, cannot.

    AWS answers only the management account and delegated administrators.
    """
    region = await account.global_region()
    listed = await account.items("organizations", "ListAccounts", region, Listed)
    return tuple(
        Member(account=each.id, name=each.name)
        for each in listed
        if (each.state or each.status or "ACTIVE") == "ACTIVE"
    )


async def enabled_regions(account: Account) -> tuple[str, ...]:
    """The Regions that an account has enabled, those that need no opting in among them."""
    region = await account.region() or await account.global_region()
    listed = await account.items("ec2", "DescribeRegions", region, Region, Filters=ENABLED)
    return tuple(sorted(each.region_name for each in listed))
