"""Members at their own phones in a played town, and what their pages show: ids, keys and words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from kernel import ids
from tests.support import browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Member, Town, ok

CODE = re.compile(r'data-code="([^"]*)"')
FIELD = re.compile(r'name="([a-z_]+)" value="([^"]*)"')


@dataclass
class Phone:
    """A member with a signed-in phone."""

    member: Member
    browser: Browser

    async def see(self, path: str) -> str:
        """The page at `path`, which is shown."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def press(self, path: str, *, on: str, **fields: Any) -> str:
        """Sends the form `path` from the page `on`, and opens where it leads: that page."""
        return await self.follow(await self.browser.send(path, on=on, **fields))

    async def follow(self, answer: httpx.Response) -> str:
        """Where a form led."""
        assert answer.status_code == 303, answer.text
        return await self.see(answer.headers["location"])


async def phone(town: Town) -> Phone:
    """Somebody new, with a phone that is signed in."""
    member = await scenes.join(town)
    return Phone(member, await browsing.signed_in(town.service, member.caller))


async def plain_phone(service: http.Service) -> Phone:
    """Somebody new in a town that nobody plays, without a card or a wallet yet."""
    caller = await service.caller("member")
    assert caller.member_id is not None
    return Phone(Member(caller.member_id, 0, "", caller), await browsing.signed_in(service, caller))


def refusal(answer: httpx.Response) -> str:
    """The code of the refusal that a page tells."""
    found = CODE.search(answer.text)
    return found[1] if found else ""


def path_of(address: str) -> str:
    """The path of one of our codes, as a camera opens it."""
    return address[address.index("/", len("https://")) :]


async def venue(town: Town, slot_id: str) -> str:
    """The path that the venue's screen shows now."""
    return path_of(ok(await town.host.get(f"/slots/{slot_id}/venue-code"))["address"])


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's last form that has a key."""
    return dict(FIELD.findall(page))


async def agreed(town: Town, helper: Member, receiver: Member, minutes_ahead: int = 0) -> str:
    """A match that both accepted, for an hour from now; its id."""
    match_id = await proposed(town, helper, receiver, minutes_ahead)
    for side, who in (("helper", helper), ("receiver", receiver)):
        ok(await who.caller.keyed(f"/matches/{match_id}/answer", {"side": side, "answer": "accept"}))
    return match_id


async def proposed(town: Town, helper: Member, receiver: Member, minutes_ahead: int = 0) -> str:
    """A match that nobody has answered; its id."""
    starts_at: datetime = town.service.clock.now() + timedelta(minutes=minutes_ahead)
    need = {"kind": "shopping", "starts_at": starts_at.isoformat(), "minutes": 60, "unit": "minutes", "pay_per_hour": 60}
    asked = ok(await receiver.caller.post(f"/members/{receiver.member_id}/needs", need))
    proposal = {"helper_id": str(helper.member_id)}
    return ok(await town.coordinator.post(f"/needs/{asked['need_id']}/matches", proposal))["match"]["match_id"]


def key() -> str:
    """A fresh key of a form."""
    return str(ids.new_id())
