"""Every page of officers and coordinators."""

from __future__ import annotations

from api.pages import (
    coordinator,
    office,
    office_claims,
    office_facts,
    office_law,
    office_members,
    office_money,
    office_proposals,
    office_year,
)

HANDLERS = (
    *office.HANDLERS,
    *office_law.HANDLERS,
    *office_proposals.HANDLERS,
    *office_claims.HANDLERS,
    *office_money.HANDLERS,
    *office_facts.HANDLERS,
    *office_year.HANDLERS,
    *office_members.HANDLERS,
    *coordinator.HANDLERS,
)
