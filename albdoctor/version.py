"""Which albdoctor this is: the one place that says it. setup.cfg reads it, so that it imports nothing."""

VERSION = "0.1.0"
