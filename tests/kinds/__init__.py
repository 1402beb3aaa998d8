"""Kinds of set-ups: brothers of the saved cases (tests/cases), each with other values on both sides."""
