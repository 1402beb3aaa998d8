"""An AWS account, a DNS tree, a load balancer and hosts on loopback."""
