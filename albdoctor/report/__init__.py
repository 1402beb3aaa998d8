"""Tells what was found; never computes it."""
