"""The town comes to life: districts, organisations, members with cards, and a caller for everybody who acts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cli.demo import casting, law, symbols
from cli.demo.caller import Caller
from cli.demo.cast import Cast, Member
from cli.plainly import CommandFailed

TOKEN_DAYS = 366
CANNOT_EARN = 1  # the last members: those whose help the pot pays


async def play(cast: Cast) -> None:
    """Everything that must be there before the first activity."""
    town = cast.town
    cast.scene(cast.calendar.at(9, 5, cast.calendar.first_edition), f"{town.name}({town.code})が始まる")
    districts = await _districts(cast)
    await _organisations(cast)
    for place, person in enumerate(town.people):
        can_earn = place < len(town.people) - CANNOT_EARN
        cast.members.append(await _join(cast, person, districts[person.area], can_earn=can_earn))
    cast.done["member"] = len(cast.members)
    cast.budget_lines = await law.set_up(*cast.officers(), cast.calendar)
    cast.tell(f"会員 {len(cast.members)} 人、団体 {len(cast.organisations)}、カードは印刷した QR を別の読み取り機で確認")
    cast.tell("要綱 第1版を一人が提案し、別の人が承認。予算枠は財源ごとに")


async def caller_for(cast: Cast, role: str, label: str, **belongs: Any) -> Caller:
    """A principal in a role, with a token, made by the officer; the one who vouches for others is confirmed by the second."""
    officer, second = cast.officers()
    principal = await officer.post("/principals", {"role": role, "label": label} | belongs)
    if role == "coordinator":
        await second.post(f"/principals/{principal['principal_id']}/confirm")
    return await _with_token(cast, principal["principal_id"], label)


async def _with_token(cast: Cast, principal_id: str, label: str) -> Caller:
    token = (await cast.callers["officer"].post(f"/principals/{principal_id}/tokens", {"days": TOKEN_DAYS}))["token"]
    return Caller(label, principal_id, token, cast.stage.http, cast.tally)


async def _districts(cast: Cast) -> list[str]:
    officer = cast.callers["officer"]
    (whole,) = (await officer.get("/areas"))["items"]
    since = (cast.calendar.first_edition - timedelta(days=365)).isoformat()
    made = [
        await officer.post("/areas", {"layer": 2, "name": name, "parent_id": whole["area_id"], "valid_from": since})
        for name in cast.town.districts
    ]
    return [area["area_id"] for area in made]


async def _organisations(cast: Cast) -> None:
    """Each with the caller that its part in the story needs; hosts have a device besides."""
    roles = {"host": "host", "group": "treasurer", "partner": "cashier"}
    for kind, name in casting.ORGANISATIONS:
        made = await cast.callers["officer"].post("/organisations", {"kind": kind, "name": name})
        cast.organisations[name] = made["organisation_id"]
        if kind in roles:
            belongs = {"organisation_id": made["organisation_id"]}
            cast.callers[name] = await caller_for(cast, roles[kind], name, **belongs)
            if kind == "host":
                cast.callers[f"{name} の端末"] = await caller_for(cast, "device", f"{name} の端末", **belongs)
    cast.callers["coordinator"] = await caller_for(cast, "coordinator", "生活支援コーディネーター")


async def _join(cast: Cast, person: casting.Person, area_id: str, *, can_earn: bool) -> Member:
    """A member joins; the card is drawn, and read again as a camera a little out of focus would."""
    who = {"name": person.name, "kana": person.kana, "born_on": person.born_on}
    contacts = {"telephone": person.telephone, "reached_by": "telephone"}
    asked = who | {"area_id": area_id, "can_earn": can_earn, "contacts": contacts}
    joined = await cast.callers["coordinator"].post("/members", asked)
    member, card = joined["member"], joined["card"]
    read = symbols.read_svg(card["svg"])
    if read != card["address"]:
        raise CommandFailed(f"the card of member {member['number']} reads {read}")
    caller = await _with_token(cast, joined["principal_id"], f"会員 {member['number']}")
    return Member(caller, member["member_id"], member["number"], person.name, read)
