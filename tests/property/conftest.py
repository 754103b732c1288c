"""What holds for every input is looked at for as long as it takes: a time is measured elsewhere, and never asserted."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
