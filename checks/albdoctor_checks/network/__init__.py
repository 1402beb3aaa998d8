"""Checks of the stage network: security groups, network ACLs, routes."""
