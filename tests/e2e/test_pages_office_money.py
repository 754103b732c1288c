"""Applications, corrections and cards at the desk, until the book: by two people where points are made or taken back."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from tests.e2e.test_pages_office import TODAY, code, gone
from tests.support import areas, browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.http import Caller
from tests.support.scenes import Town, ok


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def first(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.officer)


@pytest.fixture(scope="module")
async def second(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.second)


async def flow(town: Town) -> dict[Any, int]:
    told = ok(await town.auditor.get(f"/money-flow?first=2026-05-01&last={TODAY}"))
    assert set(told["differences"].values()) == {0}
    return {(each["unit"], each["account_kind"]): each["closing"] for each in told["flows"]}


async def applied(town: Town, amount: int) -> tuple[Caller, str]:
    """A treasurer whom the first officer let in applies for what a member gave to the group."""
    group = await town.service.caller("treasurer")
    treasurer = await areas.given(
        town, {"role": "treasurer", "label": "会計", "organisation_id": str(group.organisation_id)}, confirmed=False
    )
    member = await scenes.join(town)
    await scenes.attend(town, member)
    give = {"organisation_id": str(group.organisation_id), "unit": "pt", "amount": 400}
    ok(await member.caller.keyed(f"/members/{member.member_id}/pledges", give))
    asked = ok(await treasurer.keyed("/applications", {"unit": "pt", "amount": amount, "purpose": "花の苗"}))
    return treasurer, f"/office/applications/{asked['application_id']}"


async def test_an_application_is_approved_by_an_officer_who_did_not_let_the_applicant_in(
    town: Town, first: Browser, second: Browser
) -> None:
    _, path = await applied(town, 300)
    assert path in (await second.get("/office")).text
    assert "この申請は、別の職員が決めます" in (await first.get(path)).text
    before = (await flow(town)).get(("pt", "payable"), 0)
    assert code(await first.send(f"{path}/approve", on="/office/claims")) == "same_person"
    fields = dict(browsing.HIDDEN.findall((await second.get(path)).text))
    for _ in range(2):
        assert gone(await second.post(f"{path}/approve", fields)) == path
    assert (await flow(town))["pt", "payable"] == before + 300
    assert "受領証" in (await second.get(path)).text


async def test_an_application_is_refused_with_a_reason_and_frees_the_points(town: Town, second: Browser) -> None:
    treasurer, path = await applied(town, 300)
    assert gone(await second.send(f"{path}/refuse", on=path, reason="対象外")) == path
    held = ok(await treasurer.get(path.removeprefix("/office")))
    assert (held["approved"], held["reason"]) == (False, "対象外")
    assert ok(await treasurer.keyed("/applications", {"unit": "pt", "amount": 400, "purpose": "土"}))["amount"] == 400


async def test_a_correction_is_asked_for_by_one_and_booked_by_another_once(town: Town, first: Browser, second: Browser) -> None:
    member = await scenes.join(town)
    entry = (await scenes.attend(town, member))["grants"][0]["entry_id"]
    assert f'href="/office/corrections?entry={entry}"' in (await first.get(f"/audit/entries/{entry}")).text
    page = await first.get(f"/office/corrections?entry={entry}")
    assert entry in page.text
    fields = dict(browsing.HIDDEN.findall(page.text)) | {"entry_id": entry, "reason": "別の人の記録でした"}
    wish = gone(await first.post("/office/corrections", fields))
    assert await scenes.points(member) == 400, "what is asked for changes nothing"
    assert wish in (await second.get("/office")).text
    assert code(await first.send(f"{wish}/approve", on="/office/corrections")) == "same_person"
    fields = dict(browsing.HIDDEN.findall((await second.get(wish)).text))
    for _ in range(2):
        assert gone(await second.post(f"{wish}/approve", fields)) == wish
    assert await scenes.points(member) == 0
    assert ok(await town.auditor.get("/corrections?limit=1"))["items"][0]["entry_id"] == entry
    again = await second.send(f"{wish}/refuse", on="/office/corrections", reason="x")
    assert code(again) == "correction_decided"
    await flow(town)
    looked = (await (await browsing.signed_in(town.service, member.caller)).get("/seen")).text
    assert "これまでの記録" in looked


async def test_a_correction_is_refused_by_another_with_a_reason(town: Town, first: Browser, second: Browser) -> None:
    member = await scenes.join(town)
    entry = (await scenes.attend(town, member))["grants"][0]["entry_id"]
    wish = gone(await first.send("/office/corrections", on="/office/corrections", entry_id=entry, reason="思い違い"))
    assert gone(await second.send(f"{wish}/refuse", on=wish, reason="正しい記録です")) == wish
    assert "正しい記録です" in (await first.get(wish)).text
    assert await scenes.points(member) == 400
    nobodys = str(UUID(int=7))
    unknown = await first.send("/office/corrections", on="/office/corrections", entry_id=nobodys, reason="x")
    assert (unknown.status_code, code(unknown)) == (404, "unknown_entry")


async def test_cards_for_many_are_printed_read_and_end_those_of_before(town: Town, first: Browser) -> None:
    members = [await scenes.join(town) for _ in range(3)]
    numbers = " ".join(str(each.number) for each in members)
    form = {"whom": "these", "numbers": numbers, "stock": "meishi", "contact": "結町社協 03-0000-0000"}
    sheet = await first.send("/office/cards", on="/office/cards", **form)
    assert sheet.text.count('<section class="card">') == 3
    assert "repeat(2,91mm)" in sheet.text
    assert all(f">{each.number}</p>" in sheet.text for each in members)
    slot_id = await scenes.slot(town, town.service.clock.now())
    old = await town.device.post("/scans", scenes.card_scan(slot_id, members[0].card, town.service.clock.now()))
    assert old.json()["code"] == "card_revoked"
    none = await first.send("/office/cards", on="/office/cards", **(form | {"whom": "without"}))
    assert (none.status_code, code(none)) == (422, "form_incomplete")
    slip = await first.send("/office/cards", on="/office/cards", **(form | {"numbers": f"{numbers} 12345", "stock": "plain"}))
    assert code(slip) in {"bad_member_number", "unknown_member_number"}
    for kept in (f">{numbers} 12345</textarea>", "(12345)", 'value="plain" checked', 'value="結町社協 03-0000-0000"'):
        assert kept in slip.text
    counting = ok(await members[0].caller.get(f"/members/{members[0].member_id}/cards"))["items"]
    assert len([each for each in counting if not each["revoked_at"]]) == 1, "all or none"


async def test_who_has_no_card_gets_one_with_everybody_else_without(town: Town, first: Browser) -> None:
    member = await scenes.join(town)
    page = f"/office/members/{member.member_id}"
    cards = re.findall(rf'action="({page}/cards/[0-9a-f-]{{36}}/end)"', (await first.get(page)).text)
    assert len(cards) == 1
    assert gone(await first.send(cards[0], on=page, reason="なくした")) == page
    sheet = await first.send("/office/cards", on="/office/cards", whom="without", stock="plain", contact="社協")
    assert sheet.text.count('<section class="card">') == 1
    assert f">{member.number}</p>" in sheet.text
    counting = [
        each for each in ok(await member.caller.get(f"/members/{member.member_id}/cards"))["items"] if not each["revoked_at"]
    ]
    assert len(counting) == 1
    other = await scenes.join(town)
    wrong = cards[0].replace(str(member.member_id), str(other.member_id))
    assert (await first.send(wrong, on=page, reason="x")).status_code == 404


async def test_a_members_points_stand_on_the_counters_page(town: Town, first: Browser) -> None:
    member = await scenes.join(town)
    await scenes.attend(town, member)
    page = (await first.get(f"/office/members/{member.member_id}")).text
    assert "400 ポイント" in page
    assert f"/desk/members/{member.member_id}/entrance" in page
