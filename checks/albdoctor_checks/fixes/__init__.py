"""The fixes that checks hand out, and the plans that choose one: a file for each subject."""
