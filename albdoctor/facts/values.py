"""Kinds of values: what a text of the facts holds, and so how it is redacted. Every text field has one of these types.

`redact` names the way in which a value is replaced (`albdoctor/redact/snapshot.py` has them all); `kept` says why a
value stays as it is. A test refuses a text field without either.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, TypeAlias, TypeVar

from msgspec import Meta

T = TypeVar("T")

# The scanned name, DNS names and addresses.
DomainAsWritten: TypeAlias = Annotated[str, Meta(extra={"redact": "domain"})]
"""The host in the script that the user wrote it in."""
Host: TypeAlias = Annotated[str, Meta(extra={"redact": "host"})]
"""A host that requests are sent to."""
ScannedHost: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,253}$(?!\n)", extra={"redact": "host"})]
"""The scanned host: letters, digits and hyphens, as every name that can be asked for."""
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""A time with its zone: without one nobody knows when it is."""
DnsName: TypeAlias = Annotated[str, Meta(extra={"redact": "name"})]
"""A DNS name; where a server has none, its address."""
Address: TypeAlias = Annotated[str, Meta(extra={"redact": "address"})]
"""An IP address or block of either version."""

OCTET = r"(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
IPV4 = rf"{OCTET}(\.{OCTET}){{3}}"
IPV4_FORM = re.compile(IPV4)
END = r"$(?!\n)"  # `$` alone also matches before a final line break
Cidr: TypeAlias = Annotated[str, Meta(pattern=rf"^({IPV4}(/(3[0-2]|[12]?[0-9]))?)?{END}", extra={"redact": "address"})]
"""An IPv4 address or block; empty where there is none. Anything else is refused as it is read: it cannot be judged."""
Network: TypeAlias = Annotated[
    str, Meta(pattern=rf"^({IPV4}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(/[0-9]{{1,3}})?{END}", extra={"redact": "address"})
]
"""An address or block of either version, in form at least."""
Ipv4: TypeAlias = Annotated[str, Meta(pattern=rf"^({IPV4})?{END}", extra={"redact": "address"})]
"""An IPv4 address; empty where there is none."""

# What AWS gives ids and names to.
AccountId: TypeAlias = Annotated[str, Meta(extra={"redact": "account"})]
ArnText: TypeAlias = Annotated[str, Meta(extra={"redact": "arn"})]
GroupPattern: TypeAlias = Annotated[str, Meta(extra={"redact": "group pattern"})]
"""The ARN of a target group, in which `*` and `?` stand for anything."""
Id: TypeAlias = Annotated[str, Meta(extra={"redact": "id"})]
"""An id of EC2's form: sg-0abc, or `local`."""
Thing: TypeAlias = Annotated[str, Meta(extra={"redact": "thing"})]
"""An ARN, id, address, DNS name or a load balancer's name: its form tells which."""
ZoneId: TypeAlias = Annotated[str, Meta(extra={"redact": "zone id"})]
AliasZoneId: TypeAlias = Annotated[str, Meta(extra={"redact": "alias zone"})]
"""The zone of an alias: of a load balancer it is AWS's own."""
BalancerName: TypeAlias = Annotated[str, Meta(extra={"redact": "balancer"})]
TargetGroupName: TypeAlias = Annotated[str, Meta(extra={"redact": "group"})]
SecurityGroupName: TypeAlias = Annotated[str, Meta(extra={"redact": "security group"})]
PrefixListName: TypeAlias = Annotated[str, Meta(extra={"redact": "prefix list"})]
InterfaceDescription: TypeAlias = Annotated[str, Meta(extra={"redact": "interface"})]
"""Of a load balancer's node: "ELB app/name/id"."""

# Records of DNS.
DsData: TypeAlias = Annotated[str, Meta(extra={"redact": "ds"})]
KeyTag: TypeAlias = Annotated[str, Meta(extra={"redact": "key tag"})]
"""The number by which DS and RRSIG records name a key; digits, but no quantity."""
RecordData: TypeAlias = Annotated[str, Meta(extra={"redact": "record"})]
"""Data of a `Record`, by its type."""
RecordSetValue: TypeAlias = Annotated[str, Meta(extra={"redact": "value"})]
"""A value of a `ResourceRecordSet`, by its type."""
ValidationValue: TypeAlias = Annotated[str, Meta(extra={"redact": "validation"})]
CaaData: TypeAlias = Annotated[str, Meta(extra={"redact": "caa"})]
RegistryServer: TypeAlias = Annotated[str, Meta(extra={"redact": "registry"})]
Comment: TypeAlias = Annotated[str, Meta(extra={"redact": "comment"})]
Identifier: TypeAlias = Annotated[str, Meta(extra={"redact": "identifier"})]
"""What tells record sets of one name and type apart."""
TagValue: TypeAlias = Annotated[str, Meta(extra={"redact": "tag"})]
"""Of a tag that tells an owner: the parts of NAMESPACE/NAME one by one."""

OwnerName: TypeAlias = Annotated[str, Meta(extra={"redact": "owner"})]
"""Of an Auto Scaling group, an Amazon ECS service or its container: the same as in ARNs."""
SubnetIds: TypeAlias = Annotated[str, Meta(extra={"redact": "ids"})]
"""Ids of EC2's form, by comma."""
ServiceMessage: TypeAlias = Annotated[str, Meta(extra={"redact": "message"})]
"""What Amazon ECS or Auto Scaling says of what it did; names and ids of the account are in it."""

# Settings and conditions.
Setting: TypeAlias = Annotated[str, Meta(extra={"redact": "setting"})]
ConditionValue: TypeAlias = Annotated[str, Meta(extra={"redact": "condition"})]
"""A value of a rule's condition, by what it is compared with."""
ConditionRegex: TypeAlias = Annotated[str, Meta(extra={"redact": "regex"})]
HeaderName: TypeAlias = Annotated[str, Meta(extra={"redact": "header name"})]
FreeText: TypeAlias = Annotated[str, Meta(extra={"redact": "text"})]
QueryPattern: TypeAlias = Annotated[str, Meta(extra={"redact": "query pattern"})]
Query: TypeAlias = Annotated[str, Meta(extra={"redact": "query"})]
ScannedPath: TypeAlias = Annotated[str, Meta(pattern="^/", extra={"redact": "path"})]
UrlPath: TypeAlias = Annotated[str, Meta(extra={"redact": "path"})]
Parameters: TypeAlias = Annotated[dict[str, str], Meta(extra={"redact": "parameters"})]
"""Names and values that a login page is asked with: the names that OpenID Connect defines stay, the values do not."""

# What was said over HTTP and TLS.
Url: TypeAlias = Annotated[str, Meta(extra={"redact": "url"})]
Headers: TypeAlias = Annotated[tuple[tuple[str, str], ...], Meta(extra={"redact": "headers"})]
ContentType: TypeAlias = Annotated[str, Meta(extra={"redact": "content type"})]
Body: TypeAlias = Annotated[str, Meta(extra={"redact": "body"})]
Subject: TypeAlias = Annotated[str, Meta(extra={"redact": "subject"})]
"""A certificate's subject or issuer."""
Digest: TypeAlias = Annotated[str, Meta(extra={"redact": "digest"})]

# Texts in words.
Asked: TypeAlias = Annotated[str, Meta(extra={"redact": "asked"})]
Detail: TypeAlias = Annotated[str, Meta(extra={"redact": "detail"})]
Failure: TypeAlias = Annotated[str, Meta(extra={"redact": "failure"})]
VerifyMessage: TypeAlias = Annotated[str, Meta(extra={"redact": "verify"})]
HealthDescription: TypeAlias = Annotated[str, Meta(extra={"redact": "health"})]

# What stays.
Place: TypeAlias = Annotated[str, Meta(extra={"kept": "Regions and Availability Zones are everybody's"})]
Registrar: TypeAlias = Annotated[
    str, Meta(extra={"kept": "registrars are public companies, and the fix depends on which it is"})
]
PublicZoneId: TypeAlias = Annotated[
    str, Meta(extra={"kept": "the zone id of a load balancer's Region is the same for everybody"})
]
Word: TypeAlias = Annotated[str, Meta(extra={"kept": "a word of a protocol: type, state, reason or code"})]

# What AWS always sends; see `mirror`.
Sent: TypeAlias = Annotated[T, Meta(extra={"sent": "always"})]
"""A member that AWS always sends, also as an empty list: missing is not empty."""
SentInList: TypeAlias = Annotated[T, Meta(extra={"sent": "in its list"})]
"""One that AWS always sends where the structure is an item of the answer, but not where it lies deeper."""
FilledIn: TypeAlias = Annotated[T, Meta(extra={"sent": "never"})]
"""One that the API does not have: the collector fills it in from its question."""
