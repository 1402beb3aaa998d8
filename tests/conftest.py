"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no defect: the tests that want an answer soon measure it themselves.
settings.register_profile("albdoctor", deadline=None)
settings.load_profile("albdoctor")
