"""Which rule of a listener takes a request, and what becomes of it."""
