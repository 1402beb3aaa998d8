"""Every text field of the facts: what kind of value it holds, or why it stays as it is.

A test compares this table with the facts, so that no new field goes out unclassified.
"""

from __future__ import annotations


def _fields(text: str) -> tuple[str, ...]:
    """Read "Struct: field field" lines as Struct.field names."""
    lines = (line.partition(":") for line in text.strip().splitlines())
    return tuple(f"{struct.strip()}.{field}" for struct, _, fields in lines for field in fields.split())


REPLACED: dict[str, tuple[str, ...]] = {
    "domain": _fields("Scan: domain"),
    "host": _fields("""
        Scan: host
        Probes: host
        HostAnswers: host
        Handshake: server_name
    """),
    "name": _fields("""
        Scan: registrable
        Registration: domain nameservers
        RegisteredDomain: domain_name
        NamedServer: name
        Delegation: domain
        Cut: zone parent_zone
        Answer: server address question
        Record: name
        NameServer: name addresses named_by
        HostAnswers: zone chain addresses
        ResolverAnswer: resolver
        CaaSet: name found_at
        ValidationAnswer: name expected zone
        HostedZone: name name_servers
        ResourceRecordSet: name
        AliasTarget: d_n_s_name
        Certificate: domain_name subject_alternative_names
        DomainValidation: domain_name
        ValidationRecord: name
        LoadBalancer: d_n_s_name
        ServedCertificate: names
        RedirectConfig: host
    """),
    "address": _fields("""
        Instance: private_ip_address public_ip_address
        NetworkInterface: private_ip_address
        PrivateAddress: private_ip_address
        Association: public_ip
        IpRange: cidr_ip
        Ipv6Range: cidr_ipv6
        PrefixList: cidrs
        NetworkAclEntry: cidr_block ipv6_cidr_block
        Route: destination_cidr_block destination_ipv6_cidr_block
        Subnet: cidr_block
        Vpc: cidr_block
        AddressProbe: address
        Exchange: address
        TargetProbe: private_address public_address
        ListeningSocket: address
    """),
    "account": _fields("""
        Identity: account
        UserIdGroupPair: user_id
    """),
    "arn": _fields("""
        Identity: arn
        Certificate: certificate_arn in_use_by
        Lead: load_balancer_arn
        LoadBalancer: load_balancer_arn
        BalancerAttributes: load_balancer_arn
        Listener: listener_arn load_balancer_arn
        AttachedCertificate: certificate_arn
        Action: target_group_arn
        TargetGroupTuple: target_group_arn
        ListenerCertificates: listener_arn
        Rule: rule_arn listener_arn
        TargetGroup: target_group_arn load_balancer_arns
        GroupAttributes: target_group_arn
        GroupHealth: target_group_arn
        Metric: load_balancer_arn target_group_arn
        TargetProbe: target_group_arn
    """),
    "id": _fields("""
        ZoneVpc: VPCId
        ResourceRecordSet: health_check_id
        LoadBalancer: vpc_id security_groups
        AvailabilityZone: subnet_id
        TargetGroup: vpc_id
        Instance: instance_id subnet_id vpc_id
        InstanceSockets: instance_id
        Group: group_id
        NetworkInterface: network_interface_id subnet_id vpc_id
        Attachment: instance_id
        SecurityGroup: group_id vpc_id
        PrefixListId: prefix_list_id
        UserIdGroupPair: group_id
        PrefixList: id
        NetworkAcl: network_acl_id vpc_id
        AclAssociation: subnet_id
        RouteTable: route_table_id vpc_id
        Route: destination_prefix_list_id gateway_id nat_gateway_id transit_gateway_id network_interface_id
        Route: vpc_peering_connection_id
        RouteTableAssociation: subnet_id
        InternetGateway: internet_gateway_id
        GatewayAttachment: vpc_id
        Subnet: subnet_id vpc_id
        Vpc: vpc_id
        NatGateway: nat_gateway_id vpc_id subnet_id
    """),
    "thing": _fields("""
        Lead: name
        Target: id
        TargetProbe: target_id
    """),
    "zone id": _fields("""
        HostedZone: id
        ZoneRecords: zone_id
    """),
    "alias zone": _fields("AliasTarget: hosted_zone_id"),
    "balancer": _fields("LoadBalancer: load_balancer_name"),
    "group": _fields("TargetGroup: target_group_name"),
    "interface": _fields("NetworkInterface: description"),
    "prefix list": _fields("PrefixList: name"),
    "security group": _fields("SecurityGroup: group_name"),
    "comment": _fields("HostedZone: comment"),
    "identifier": _fields("ResourceRecordSet: set_identifier"),
    "ds": _fields("""
        Registration: ds
        Cut: ds
    """),
    "record": _fields("Record: data"),
    "value": _fields("RecordValue: value"),
    "validation": _fields("ValidationRecord: value"),
    "caa": _fields("CaaSet: records"),
    "registry": _fields("Registration: server"),
    "setting": _fields("Attribute: value"),
    "condition": _fields("""
        Condition: values
        Values: values
    """),
    "regex": _fields("Values: regex_values"),
    "header name": _fields("HeaderValues: http_header_name"),
    "text": _fields("HeaderValues: values regex_values"),
    "query pattern": _fields("QueryPair: key value"),
    "query": _fields("RedirectConfig: query"),
    "path": _fields("""
        Scan: path
        RedirectConfig: path
        TargetGroup: health_check_path
    """),
    "url": _fields("Exchange: url"),
    "headers": _fields("Exchange: headers"),
    "content type": _fields("FixedResponseConfig: content_type"),
    "body": _fields("""
        FixedResponseConfig: message_body
        Exchange: body_start
    """),
    "subject": _fields("ServedCertificate: subject issuer"),
    "digest": _fields("ServedCertificate: sha256"),
    "asked": _fields("Unknown: asked"),
    "detail": _fields("""
        Unknown: detail
        State: reason
    """),
    "failure": _fields("""
        Answer: error
        NameServer: error
        HostAnswers: chain_rcode
        CaaSet: error
        PortProbe: detail
        Handshake: failure
        Exchange: failure
    """),
    "verify": _fields("Handshake: verify_message"),
    "health": _fields("Health: description"),
}
"""Kind of value, and the fields that hold it."""

KEPT: dict[str, tuple[str, ...]] = {
    "Regions and Availability Zones are everybody's": _fields("""
        Scan: regions
        ZoneVpc: VPCRegion
        ResourceRecordSet: region
        Lead: region
        AvailabilityZone: zone_name
        Target: availability_zone
        NetworkInterface: availability_zone
        Subnet: availability_zone
    """),
    "registrars are public companies, and the fix depends on which it is": _fields("""
        Registration: registrar
        RegisteredDomain: registrar_name
    """),
    "the zone id of a load balancer's Region is the same for everybody": _fields(
        "LoadBalancer: canonical_hosted_zone_id"
    ),
    "a word of a protocol: type, state, reason or code": _fields("""
        Registration: statuses
        RegisteredDomain: status_list
        Answer: type rcode
        Record: type
        ResourceRecordSet: type failover
        Certificate: status type key_algorithm failure_reason renewal_eligibility
        DomainValidation: validation_status validation_method
        ValidationRecord: type
        RenewalSummary: renewal_status renewal_status_reason
        LoadBalancer: scheme type ip_address_type
        State: code
        Attribute: key
        Listener: protocol ssl_policy
        Action: type
        RedirectConfig: protocol port status_code
        FixedResponseConfig: status_code
        Rule: priority
        Condition: field
        TargetGroup: protocol health_check_protocol health_check_port target_type protocol_version ip_address_type
        Matcher: http_code grpc_code
        TargetHealth: health_check_port
        Health: state reason
        SslPolicy: name ssl_protocols
        InstanceState: name
        Instance: platform
        NetworkInterface: interface_type
        IpPermission: ip_protocol
        NetworkAclEntry: protocol rule_action
        Route: state
        GatewayAttachment: state
        NatGateway: state connectivity_type availability_mode
        Metric: name
        Handshake: protocol cipher alpn
    """),
}
"""Why a field stays, and the fields."""

KINDS: dict[str, str] = {field: kind for kind, fields in REPLACED.items() for field in fields}
"""Struct.field to kind, for the fields that are replaced."""
