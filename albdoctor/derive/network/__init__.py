"""Whether packets get through: security groups, network ACLs, routes."""
