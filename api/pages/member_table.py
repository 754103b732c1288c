"""Every page of members."""

from __future__ import annotations

from api.pages import (
    member,
    member_activities,
    member_card,
    member_claims,
    member_give,
    member_help,
    member_person,
    member_points,
    member_scan,
)

HANDLERS = (
    *member.HANDLERS,
    *member_points.HANDLERS,
    *member_help.HANDLERS,
    *member_activities.HANDLERS,
    *member_card.HANDLERS,
    *member_scan.HANDLERS,
    *member_give.HANDLERS,
    *member_claims.HANDLERS,
    *member_person.HANDLERS,
)
