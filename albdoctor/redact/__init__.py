"""Facts without saying whose."""
