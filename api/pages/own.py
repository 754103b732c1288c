"""Whose page it is: `own.member(door)` for a member's, `own.organisation(door)` for an organisation's; nobody else's is reached."""

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


def organisation(door: PageDoor) -> UUID:
    """The organisation for which somebody is signed in. Raises NotSignedIn where a session has none behind it."""
    found = door.signed_in.actor.organisation_id
    if found is None:
        raise refusals.NotSignedIn
    return found
