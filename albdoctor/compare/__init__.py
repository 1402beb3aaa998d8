"""What changed between two scans: in the facts, and in what was found."""
