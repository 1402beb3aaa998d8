"""Collectors over real sockets on loopback."""
