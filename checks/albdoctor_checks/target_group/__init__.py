"""Checks of the stage target_group: target groups, registered targets, health checks."""
