"""Checks of the stage hygiene: hardening and logging: never an error."""
