"""The fixes of the checks: their words, their scripts, and the plans that choose one and fill it."""
