"""Performance goals, measured: each file is one benchmark."""
