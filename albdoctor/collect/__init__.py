"""How facts are seen: the only I/O. One module a source."""
