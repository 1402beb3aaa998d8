"""Delegation, hosted zones and registrars."""
