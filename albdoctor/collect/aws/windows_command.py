"""The one command that albdoctor ever runs on a Windows instance, and how its output is read.

It prints where TCP sockets listen, which profile of Windows Defender Firewall is in force, and the inbound rules for
TCP: ports, addresses and whether a rule is bound to a program, a service, an interface or a signed-in peer. It prints
no process, user, peer, name or path, and changes nothing. Written for Windows PowerShell 5.1 (Windows Server 2016 and
later); the cmdlets are those of the modules NetTCPIP, NetConnection and NetSecurity.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, ip_address, summarize_address_range
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from albdoctor.collect.aws.host_rules import UnreadableError
from albdoctor.facts.host_firewall import Chain, HostFirewall, Match, PortRange, Rule
from albdoctor.facts.hosts import ListeningSocket

DOCUMENT = "AWS-RunPowerShellScript"
COMMAND = """$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
'sockets'
Get-NetTCPConnection -State Listen | ForEach-Object { "$($_.LocalAddress) $($_.LocalPort)" }
'end'
$filters = @{}
foreach ($kind in 'Port', 'Address', 'Application', 'Service', 'InterfaceType', 'Interface', 'Security') {
    $filters[$kind] = @{}
    & "Get-NetFirewall${kind}Filter" -PolicyStore ActiveStore | ForEach-Object { $filters[$kind][$_.InstanceID] = $_ }
}
$rules = Get-NetFirewallRule -PolicyStore ActiveStore |
    Where-Object { "$($_.Enabled)" -eq 'True' -and "$($_.Direction)" -eq 'Inbound' } | ForEach-Object {
        $id = $_.InstanceID
        $port = $filters.Port[$id]
        $address = $filters.Address[$id]
        $application = $filters.Application[$id]
        $type = $filters.InterfaceType[$id]
        $interface = $filters.Interface[$id]
        $security = $filters.Security[$id]
        $users = "$($security.RemoteUser) $($security.RemoteMachine) $($security.LocalUser)"
        if ("$($port.Protocol)" -in 'TCP', '6', 'Any', '') {
            [pscustomobject]@{
                Action = "$($_.Action)"
                Profile = "$($_.Profile)"
                Protocol = "$($port.Protocol)"
                LocalPort = @($port.LocalPort)
                RemotePort = @($port.RemotePort)
                LocalAddress = @($address.LocalAddress)
                RemoteAddress = @($address.RemoteAddress)
                OfPackage = [bool]$application.Package
                OfProgram = "$($application.Program)" -ne 'Any'
                OfService = "$($filters.Service[$id].Service)" -ne 'Any'
                OfInterface = "$($type.InterfaceType) $($interface.InterfaceAlias)" -ne 'Any Any'
                OfPeer = "$($security.Authentication)" -ne 'NotRequired' -or $users -ne 'Any Any Any'
            }
        }
    }
$said = @{
    Networks = @(Get-NetConnectionProfile | ForEach-Object { "$($_.NetworkCategory)" })
    Profiles = @(Get-NetFirewallProfile -PolicyStore ActiveStore | ForEach-Object {
        [pscustomobject]@{
            Name = "$($_.Name)"
            Enabled = "$($_.Enabled)"
            DefaultInboundAction = "$($_.DefaultInboundAction)"
            AllowInboundRules = "$($_.AllowInboundRules)"
        }
    })
    Rules = @($rules)
}
$bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $said -Compress -Depth 4))
$memory = New-Object IO.MemoryStream
$packing = New-Object IO.Compression.GZipStream($memory, [IO.Compression.CompressionMode]::Compress)
$packing.Write($bytes, 0, $bytes.Length)
$packing.Close()
[Convert]::ToBase64String($memory.ToArray())"""
"""ActiveStore is what is in force: local rules and those of Group Policy. Each kind of filter is asked for once, since
one question for each rule takes minutes; a filter that is not found makes a rule bound to something unknown."""
HEADING = "sockets"
END = "end"
CATEGORIES = {"DomainAuthenticated": "Domain", "Private": "Private", "Public": "Public"}
PLAIN_PORTS = {"RPCEPMap": PortRange(first=135, last=135)}
ELSE = Match(of="else")
Words: TypeAlias = tuple[str | int | None, ...]


class InboundRule(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A rule as the command prints it."""

    action: str
    profile: str
    protocol: str
    local_port: Words
    remote_port: Words
    local_address: Words
    remote_address: Words
    of_package: bool
    of_program: bool
    of_service: bool
    of_interface: bool
    of_peer: bool


class Profile(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What holds where no rule decides."""

    name: str
    enabled: str
    default_inbound_action: str
    allow_inbound_rules: str


class Said(Struct, frozen=True, kw_only=True, rename="pascal"):
    """All that the command prints of the firewall."""

    networks: tuple[str, ...]
    profiles: tuple[Profile, ...]
    rules: tuple[InboundRule, ...]


def read_sockets(lines: list[str]) -> Iterator[ListeningSocket]:
    """Read "0.0.0.0 80"; a `ValueError` where a line is none such. Get-NetTCPConnection writes zones as fe80::1%5."""
    for line in lines:
        address, _, port = line.partition(" ")
        if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
            raise ValueError(line)
        yield ListeningSocket(address=str(ip_address(address.partition("%")[0])), port=int(port))


def read_firewall(text: str) -> HostFirewall:
    """Read the firewall of the network that the host is in; an `UnreadableError` where that is not one."""
    try:
        said = msgspec.convert(json.loads(text), Said)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise UnreadableError("no firewall of Windows") from error
    categories = {CATEGORIES.get(one, "") for one in said.networks}
    profiles: Mapping[str, Profile] = {one.name: one for one in said.profiles}
    (name,) = categories if len(categories) == 1 else ("",)
    if name not in profiles:
        raise UnreadableError("its network has no single category")
    return HostFirewall(manager="windows", chains=(_chain(profiles[name], said.rules),), complete=True)


def _chain(profile: Profile, every: tuple[InboundRule, ...]) -> Chain:
    """The profile as a chain: rules that block outrank those that allow, but for those that trust a signed-in peer."""
    head: dict[str, Any] = {
        "tool": "windows",
        "table": profile.name,
        "name": f"profile {profile.name}",
        "hook": "input",
    }
    if profile.enabled == "False":
        return Chain(**head, policy="accept")
    if profile.allow_inbound_rules == "False":
        return Chain(**head, policy="drop")
    # An app of the Store has no port that a load balancer asks.
    here = [
        one for one in every if not one.of_package and (one.profile == "Any" or profile.name in one.profile.split(", "))
    ]
    trusting = [one for one in here if one.action == "Allow" and one.of_peer]
    blocking = [one for one in here if one.action != "Allow"]
    allowing = [one for one in here if one.action == "Allow" and not one.of_peer]
    rules = (_rule(one) for one in (*trusting, *blocking, *allowing))
    return Chain(**head, policy="accept" if profile.default_inbound_action == "Allow" else "drop", rules=tuple(rules))


def _rule(one: InboundRule) -> Rule:
    does = {"Allow": "accept", "Block": "drop"}.get(one.action, "other")
    return Rule(matches=tuple(_matches(one)), does=does)


def _matches(one: InboundRule) -> Iterator[Match]:
    if one.protocol in ("TCP", "6"):
        yield Match(of="protocol", words=("tcp",))
    elif one.protocol != "Any":
        yield ELSE
    yield from _ports(one.local_port)
    yield from _addresses(one.remote_address)
    if any(_words(each) != ["Any"] for each in (one.remote_port, one.local_address)):
        yield ELSE
    if one.of_program or one.of_service or one.of_interface or one.of_peer:
        yield ELSE


def _words(values: Words) -> list[str]:
    return [str(one) for one in values if one is not None]


def _ports(values: Words) -> Iterator[Match]:
    words = _words(values)
    if words == ["Any"]:
        return
    found: list[PortRange] = []
    for word in words:
        if match := re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", word):
            found.append(PortRange(first=int(match[1]), last=int(match[2] or match[1])))
        elif word in PLAIN_PORTS:
            found.append(PLAIN_PORTS[word])
        elif word == "RPC":  # any of those that Windows hands out
            found.append(PortRange(first=49152, last=65535))
            yield ELSE
        else:
            yield ELSE
            return
    yield Match(of="port", ports=tuple(found)) if found else ELSE


def _addresses(values: Words) -> Iterator[Match]:
    words = _words(values)
    if words == ["Any"]:
        return
    found: list[str] = []
    for word in words:
        try:
            found += _blocks(word)
        except ValueError:
            yield ELSE  # LocalSubnet, Internet, ...
            return
    yield Match(of="source", addresses=tuple(found)) if words else ELSE


def _blocks(word: str) -> list[str]:
    """Read "10.0.0.0/16", "10.0.0.0/255.255.0.0" and "10.0.0.1-10.0.0.9"; of IPv6 there are none."""
    first, dash, last = word.partition("-")
    if ip_address(first.partition("/")[0]).version != 4:
        return []
    if dash:
        return [str(one) for one in summarize_address_range(IPv4Address(first), IPv4Address(last))]
    return [str(IPv4Network(word))]
