"""Checks of the stage certificate: ACM certificates and what TLS serves."""
