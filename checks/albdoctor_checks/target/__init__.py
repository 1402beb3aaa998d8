"""Checks of the stage target: instances and the process on the port."""
