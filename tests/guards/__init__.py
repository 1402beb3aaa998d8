"""Guards against false alarms: each is a test by name, with the fault next to it that must be told."""
