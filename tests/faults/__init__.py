"""Randomised faulty scans of the lab: AWS, DNS, the probed addresses and the registries misbehave."""
