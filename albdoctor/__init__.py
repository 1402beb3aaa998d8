"""albdoctor: why https://your-domain does not work on an AWS Application Load Balancer, and what to type to fix it."""

__version__ = "0.1.0"
