"""Every page of officers and coordinators."""

from __future__ import annotations

from api.pages import (
    coordinator,
    coordinator_needs,
    office,
    office_applications,
    office_cards,
    office_claims,
    office_corrections,
    office_facts,
    office_form,
    office_law,
    office_members,
    office_money,
    office_places,
    office_proposals,
    office_receipts,
    office_roles,
    office_year,
)

HANDLERS = (
    *office.HANDLERS,
    *office_law.HANDLERS,
    *office_form.HANDLERS,
    *office_proposals.HANDLERS,
    *office_claims.HANDLERS,
    *office_money.HANDLERS,
    *office_facts.HANDLERS,
    *office_year.HANDLERS,
    *office_members.HANDLERS,
    *office_roles.HANDLERS,
    *office_places.HANDLERS,
    *office_applications.HANDLERS,
    *office_corrections.HANDLERS,
    *office_cards.HANDLERS,
    *office_receipts.HANDLERS,
    *coordinator.HANDLERS,
    *coordinator_needs.HANDLERS,
)
