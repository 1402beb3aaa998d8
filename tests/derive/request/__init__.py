"""Tests of the scanned request: entrances, way, outcome and scene."""
