"""Checks of the stage response: what a client gets."""
