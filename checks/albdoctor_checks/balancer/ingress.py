"""Shell lines that open a port of a load balancer's security group to the internet."""

from __future__ import annotations

OPEN_IPV4 = """\
aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} \\
  --ip-permissions 'IpProtocol=tcp,FromPort='{port}',ToPort='{port}',IpRanges=[{CidrIp=0.0.0.0/0}]'
"""

OPEN_BOTH = """\
aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} \\
  --ip-permissions 'IpProtocol=tcp,FromPort='{port}',ToPort='{port}',IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]'
"""
