"""Which certificates hold a name, and whether ACM can validate them."""
