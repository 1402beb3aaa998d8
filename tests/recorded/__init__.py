"""Snapshots that are judged whole."""
