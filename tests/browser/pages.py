"""Every page there is, and as whom it is opened: what the tests of all pages and the gallery go through.

A page that is added is added here. Braces in a path are found in the demo's town by tests/support/demo_town.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """One page: what its picture is called, who opens it (None: nobody is signed in), where it is, how it is answered, and whether
    it loads the reader of symbols."""

    name: str
    role: str | None
    path: str
    status: int = 200
    scans: bool = False


PAGES = (
    Shown("sign-in", None, "/sign-in"),
    Shown("enter", None, "/enter/{entrance}"),
    Shown("enter-closed", None, "/enter/990010_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 410),
    Shown("devices", "member", "/devices"),
    Shown("desk-entrance", "officer", "/desk/members/{member}/entrance"),
)
NOT_SHOWN = frozenset({"/home"})
"""Pages that are no page: they lead on, or are files."""
