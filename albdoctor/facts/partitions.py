"""AWS's partitions: their Regions and domain names, as botocore's own data has them (a test compares)."""

from __future__ import annotations

import re
from typing import NamedTuple


class Partition(NamedTuple):
    """A group of Regions with accounts, credentials and domain names of its own."""

    name: str
    """As in ARNs: `aws`, `aws-cn`."""
    suffix: str
    """What the names of its endpoints and load balancers end in."""
    regions: str
    """A pattern that each of its Regions fits, those of tomorrow too."""
    home: str
    """The Region in which its global services answer."""


PARTITIONS = (
    Partition("aws", "amazonaws.com", r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", "us-east-1"),
    Partition("aws-cn", "amazonaws.com.cn", r"cn-\w+-\d+", "cn-northwest-1"),
    Partition("aws-us-gov", "amazonaws.com", r"us-gov-\w+-\d+", "us-gov-west-1"),
    Partition("aws-eusc", "amazonaws.eu", r"eusc-(de)-\w+-\d+", "eusc-de-east-1"),
    Partition("aws-iso", "c2s.ic.gov", r"us-iso-\w+-\d+", "us-iso-east-1"),
    Partition("aws-iso-b", "sc2s.sgov.gov", r"us-isob-\w+-\d+", "us-isob-east-1"),
    Partition("aws-iso-e", "cloud.adc-e.uk", r"eu-isoe-\w+-\d+", "eu-isoe-west-1"),
    Partition("aws-iso-f", "csp.hci.ic.gov", r"us-isof-\w+-\d+", "us-isof-south-1"),
)
SUFFIXES = tuple(dict.fromkeys(each.suffix for each in PARTITIONS))
ROUTE53_SERVER = re.compile(
    r"ns-(?P<server>\d+)\.awsdns(?P<partition>(?:-(?:cn|us-gov|eusc|iso[a-z]?))?)-(?P<domain>\d+)"
    r"\.(?P<suffix>com|net|org|co\.uk|us|info|biz|top|cn|eu)"
)
"""A name server that Route 53 gives out: those of China and GovCloud bear their partition."""


def partition_of(region: str) -> Partition:
    """The partition that a Region belongs to; of one that fits none, the public one."""
    return next((each for each in PARTITIONS if is_in(region, each)), PARTITIONS[0])


def is_in(region: str, partition: Partition) -> bool:
    """Whether a word is one of a partition's Regions."""
    return re.fullmatch(partition.regions, region, re.ASCII) is not None


def is_region(word: str, suffix: str) -> bool:
    """Whether a word is a Region whose names end in a suffix."""
    return any(each.suffix == suffix and is_in(word, each) for each in PARTITIONS)
