"""Certificates of the scanned domain, whatever their key (ACM, 2015-12-08)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from msgspec import Struct

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.calls import absent_when
from albdoctor.collect.aws.complete import read_complete
from albdoctor.derive.names import is_under, plain
from albdoctor.facts.acm import Certificate, Certificates
from albdoctor.facts.mirror import known_or

DESCRIBE = "acm:DescribeCertificate"


class Summary(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What `ListCertificates` tells of a certificate."""

    certificate_arn: str
    domain_name: str = ""
    subject_alternative_name_summaries: tuple[str, ...] | None = None
    has_additional_subject_alternative_names: bool = False


async def of_domain(account: Account, region: str, registrable: str) -> Certificates:
    """Every certificate of a Region with a name in the scanned domain."""
    filters, roots = await _filters(account, region)
    asked = [account.items("acm", "ListCertificates", region, Summary, **filters)]
    if roots:
        # Certificates of Amazon's newer roots are hidden unless they are asked for, and then they come alone.
        unheard_of = absent_when("ValidationException", "InvalidParameterException")
        of_roots = account.items(
            "acm", "ListCertificates", region, Summary, absent=unheard_of, **filters, RootHierarchyTypes=roots
        )
        asked.append(of_roots)
    listed = [summary for answer in await asyncio.gather(*asked) for summary in answer]
    near = [summary.certificate_arn for summary in listed if _may_be_near(summary, registrable)]
    described = await described_all(account, tuple(near))
    return tuple(each for each in described if known_or(partial(_has_near, each, registrable), otherwise=True))


async def described_all(account: Account, arns: tuple[str, ...]) -> Certificates:
    """Describe certificates; one that was deleted meanwhile is left out, IAM server certificates too."""
    ours = [arn for arn in dict.fromkeys(arns) if arn.split(":")[2] == "acm"]
    answers = await asyncio.gather(*(_describe(account, arn) for arn in ours))
    return tuple(answer for answer in answers if answer is not None)


async def _describe(account: Account, arn: str) -> Certificate | None:
    gone = absent_when("ResourceNotFoundException")
    answer = await account.call("acm", "DescribeCertificate", arn.split(":")[3], absent=gone, CertificateArn=arn)
    return read_complete(answer.get("Certificate", {}), Certificate, DESCRIBE) if answer else None


async def _filters(account: Account, region: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Ask for all key types and origins that this SDK knows: without them ACM lists RSA 1024 and 2048 only.

    Beside them, the root hierarchies that it knows.
    """
    model: Any = (await account.client("acm", region)).meta.service_model
    members = model.operation_model("ListCertificates").input_shape.members
    filters: dict[str, Any] = {"Includes": {"keyTypes": tuple(members["Includes"].members["keyTypes"].member.enum)}}
    if "CertificateKeyPairOrigins" in members:
        filters["CertificateKeyPairOrigins"] = tuple(members["CertificateKeyPairOrigins"].member.enum)
    roots = tuple(members["RootHierarchyTypes"].member.enum) if "RootHierarchyTypes" in members else ()
    return filters, roots


def _has_near(certificate: Certificate, registrable: str) -> bool:
    return any(_is_near(name, registrable) for name in certificate.names)


def _is_near(name: str, registrable: str) -> bool:
    """Whether a certificate's name is the domain, lies under it, or is the wildcard above it."""
    bare = plain(name).removeprefix("*.")
    return is_under(bare, registrable) or plain(name) == f"*.{registrable.partition('.')[2]}"


def _may_be_near(summary: Summary, registrable: str) -> bool:
    """Whether the certificate must be described: a name is near, or not all names are told."""
    names = summary.subject_alternative_name_summaries
    if names is None or summary.has_additional_subject_alternative_names:
        return True
    return any(_is_near(name, registrable) for name in (summary.domain_name, *names))
