"""Whose page it is: pages for members say `own.member(door)`, and reach nobody else's things."""

from __future__ import annotations

from uuid import UUID

from api import refusals
from api.pages.door import PageDoor


def member(door: PageDoor) -> UUID:
    """The member who is signed in. Raises NotSignedIn where a session has no member behind it."""
    found = door.signed_in.actor.member_id
    if found is None:
        raise refusals.NotSignedIn
    return found
