"""Target groups, what their targets speak and how the load balancer reaches them."""
