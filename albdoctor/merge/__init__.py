"""Facts of several scans as those of one."""
