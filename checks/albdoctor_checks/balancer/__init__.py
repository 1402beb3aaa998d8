"""Checks of the stage balancer: load balancers, listeners, rules."""
