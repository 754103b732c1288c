"""Two people: principals of one member are one person, and whoever made a principal can act by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from community import principals
from community.actor import Actor, Role
from db import errors
from flows import application, propose_edition, publish_edition
from kernel import ids
from rules import parse, proposal_store
from rules.refusals import ProposerCannotPublish, ProposerCannotReject
from tests.support import editions, schemes, spending
from tests.support.spending import NOW, do
from wallets import applications
from wallets.refusals import SamePerson

Pair = Callable[[AsyncEngine], Awaitable[tuple[Actor, Actor]]]


async def _made_by(engine: AsyncEngine, maker: Actor, role: Role, **belongs: object) -> Actor:
    made = await spending.actor(engine, role, **belongs)  # type: ignore[arg-type]
    principal = principals.Principal(
        principal_id=ids.new_id(), role=role, member_id=made.member_id, organisation_id=made.organisation_id, label="もう一人"
    )
    await do(engine, principals.create, principal, created_by=maker.principal_id, now=NOW)
    return Actor(
        principal_id=principal.principal_id,
        role=role,
        member_id=principal.member_id,
        organisation_id=principal.organisation_id,
        municipality_id=made.municipality_id,
    )


async def _one(engine: AsyncEngine) -> tuple[Actor, Actor]:
    officer = await spending.actor(engine, "officer")
    return officer, officer


async def _of_one_member(engine: AsyncEngine) -> tuple[Actor, Actor]:
    person = await spending.member(engine)
    return await spending.actor(engine, "officer", member_id=person), await spending.actor(engine, "officer", member_id=person)


async def _maker_and_made(engine: AsyncEngine) -> tuple[Actor, Actor]:
    maker = await spending.actor(engine, "officer")
    return maker, await _made_by(engine, maker, "officer")


async def _made_and_maker(engine: AsyncEngine) -> tuple[Actor, Actor]:
    maker, made = await _maker_and_made(engine)
    return made, maker


@pytest.mark.parametrize("pair", [_one, _of_one_member, _maker_and_made, _made_and_maker])
async def test_no_edition_becomes_law_by_one_person(engine: AsyncEngine, pair: Pair) -> None:
    first, second = await pair(engine)
    code = f"s{ids.new_id().hex[-12:]}"
    asked = publish_edition.SchemeAsked(code=code, name="助け合い", unit="pt")
    await do(engine, publish_edition.create_scheme, asked, actor=first, now=NOW)
    document = parse.render(editions.edition(scheme=code, unit="pt", starts_on=date(2026, 4, 1)))
    proposal = await do(engine, propose_edition.propose, code, document, actor=first, now=NOW)
    await schemes.hear(engine, schemes.Officers(first, second), proposal.proposal_id)
    for story in (publish_edition.approve, publish_edition.publish):
        with pytest.raises(ProposerCannotPublish):
            await do(engine, story, proposal.proposal_id, actor=second, now=NOW)
    with pytest.raises(ProposerCannotReject):
        await do(engine, publish_edition.reject, proposal.proposal_id, "見送り", actor=second, now=NOW)
    approval = proposal_store.Approval(approved_by=second.principal_id, approved_at=NOW)
    closing = proposal_store.Close(outcome="rejected", reason="x", closed_by=second.principal_id, closed_at=NOW)
    for kept, row in ((proposal_store.approve, approval), (proposal_store.close, closing)):
        with pytest.raises(DBAPIError) as guarded:
            await do(engine, kept, proposal.proposal_id, row)
        assert errors.constraint(guarded.value) == "two_people"
    another = (await schemes.officers(engine)).first
    await do(engine, publish_edition.publish, proposal.proposal_id, actor=another, now=NOW)


async def test_who_made_the_treasurer_does_not_approve_the_treasurers_application(engine: AsyncEngine) -> None:
    officer, another = await spending.actor(engine, "officer"), await spending.actor(engine, "officer")
    group_id = await spending.organisation(engine, "group")
    person = await spending.member(engine)
    await spending.grant_entry(engine, group_id, 100, origin=await spending.attendance(engine, person))
    treasurer = await _made_by(engine, officer, "treasurer", organisation_id=group_id)
    asked = application.Applying(unit="pt", amount=10, purpose="花の苗")
    made = await do(engine, application.apply, asked, actor=treasurer, now=NOW)
    with pytest.raises(SamePerson):
        await do(engine, application.approve, made.application_id, actor=officer, now=NOW)
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, applications.keep_refusal, made.application_id, "x", decided_by=officer.principal_id, now=NOW)
    assert errors.constraint(guarded.value) == "two_people"
    await do(engine, application.approve, made.application_id, actor=another, now=NOW)
