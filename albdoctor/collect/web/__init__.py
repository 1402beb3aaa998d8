"""What addresses answer: TCP, TLS and HTTP."""
