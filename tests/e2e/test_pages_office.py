"""Officers' pages: rules become law and claims are booked by two people through pages alone, and the book says so."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from community import numbers, persons
from community.persons import Contacts
from db import query
from db.transact import read
from tests.support import browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Town, ok
from tests.support.towns import TOWN

TODAY = "2026-05-11"
_SEALED = query.statement(
    "select contacts from community.person where municipality_id = db.municipality() and member_id = :member_id"
)


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


def gone(answer: httpx.Response) -> str:
    """Where a form led."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def first(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.officer)


@pytest.fixture(scope="module")
async def second(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.second)


def written(page: httpx.Response) -> str:
    """The document in the text area."""
    return html.unescape(re.findall(r'name="document"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)[0]).strip()


async def started(first: Browser, town: Town, **fields: str) -> str:
    """A new draft, from the edition in force unless told."""
    return gone(await first.send(f"/office/schemes/{town.scheme}/drafts", on=f"/office/schemes/{town.scheme}", **fields))


async def test_an_edition_is_published_through_pages_by_two_people_and_is_the_law(
    town: Town, first: Browser, second: Browser
) -> None:
    draft = await started(first, town)
    page = await first.get(draft)
    assert "変わるところはありません。" in page.text
    document = written(page)
    broken = {"document": document.replace('when_empty = "wait"', 'when_empty = "perhaps"'), "follows": "1"}
    assert gone(await first.send(draft, on=draft, **broken)) == draft
    page = await first.get(draft)
    line = document[: document.index("when_empty")].count("\n") + 1
    assert f"{line}行目" in page.text
    assert "この版を提案する" not in page.text
    mended = document.replace("2026-04-01", "2026-07-01").replace("amount = 100", "amount = 120")
    assert code(await first.send(draft, on=draft, document=mended, follows="1")) == "draft_moved_on"
    assert gone(await first.send(draft, on=draft, document=mended.replace("\n", "\r\n"), follows="2", note="単価")) == draft
    page = await first.get(draft)
    assert "間違いはありません。" in page.text
    assert "120ポイント" in page.text
    proposal = gone(await first.send(f"{draft}/propose", on=draft, version="3"))
    assert code(await second.send(f"{proposal}/publish", on=proposal)) == "opinion_missing"
    heard = {"opinion": "差し支えない。", "held_on": "2026-05-08", "votes_for": "7", "votes_against": "1"}
    assert gone(await first.send(f"{proposal}/opinions", on=proposal, **heard)) == proposal
    assert code(await first.send(f"{proposal}/approve", on=proposal)) == "proposer_cannot_publish"
    assert proposal in (await second.get("/office")).text
    assert gone(await second.send(f"{proposal}/approve", on=proposal)) == proposal
    edition = gone(await first.send(f"{proposal}/publish", on=proposal))
    assert "これから" in (await first.get(edition)).text
    editions = ok(await town.officer.get(f"/schemes/{town.scheme}/editions"))["items"]
    assert [(each["state"], each["starts_on"]) for each in editions] == [("in_force", "2026-04-01"), ("future", "2026-07-01")]
    assert editions[1]["approved_by"] == str(town.second.principal_id)
    assert "amount = 120" in editions[1]["document"]
    fields = dict(browsing.HIDDEN.findall((await first.get(edition)).text))
    assert code(await first.post(f"{proposal}/publish", fields)) == "already_published"


async def test_a_trial_shows_what_a_proposal_would_have_cost_and_is_bounded(town: Town, first: Browser, second: Browser) -> None:
    draft = await started(first, town)
    proposal = gone(await first.send(f"{draft}/propose", on=draft, version="1"))
    page = await first.get(f"{proposal}/simulation", params={"first_on": "2026-04-01", "last_on": TODAY})
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "<caption>" in page.text
    assert "<script" not in page.text
    long = await first.get(f"{proposal}/simulation", params={"first_on": "2020-04-01", "last_on": TODAY})
    assert (long.status_code, code(long)) == (422, "period_too_long")
    assert gone(await first.send(f"{proposal}/withdraw", on=proposal, reason="見直すため")) == proposal
    assert "見直すため" in (await second.get(proposal)).text


async def test_a_preset_is_made_ones_own(town: Town, first: Browser) -> None:
    draft = await started(first, town, preset="points-per-half-hour")
    document = written(await first.get(draft))
    assert f'scheme = "{town.scheme}"' in document
    unknown = await first.send(f"/office/schemes/{town.scheme}/drafts", on=f"/office/schemes/{town.scheme}", preset="nobodys")
    assert unknown.status_code == 404


async def test_a_list_of_claims_is_booked_once_by_the_second_officer_and_then_paid(
    town: Town, first: Browser, second: Browser
) -> None:
    member = await scenes.join(town)
    await scenes.attend(town, member)
    wish: dict[str, Any] = {"scheme": town.scheme, "amount": 200, "form": "cash"}
    claim = ok(await member.caller.keyed(f"/members/{member.member_id}/claims", wish))["claim"]["claim_id"]
    page = (await first.get("/office/claims")).text
    fields = dict(browsing.HIDDEN.findall(page)) | {"scheme": town.scheme, "payable_by": TODAY}
    batch = gone(await first.post("/office/claims", fields))
    assert gone(await first.post("/office/claims", fields)) == batch
    assert f"{member.number}番" in (await first.get(batch)).text
    assert "交換の一覧(サロン、" in (await second.get("/office")).text
    shown = (await first.get(batch)).text
    assert "もう一人の職員が承認します" in shown
    assert f'action="{batch}/approve"' not in shown
    assert code(await first.send(f"{batch}/approve", on="/office/claims")) == "same_person"
    fields = dict(browsing.HIDDEN.findall((await second.get(batch)).text))
    assert gone(await second.post(f"{batch}/approve", fields)) == batch
    assert gone(await second.post(f"{batch}/approve", fields)) == batch
    assert ok(await member.caller.get(f"/claims/{claim}"))["claim"]["status"] == "approved"
    paid = gone(await second.send("/office/payments", on="/office/claims", unit="yen", up_to=TODAY))
    shown = (await second.get(paid)).text
    assert "もう一人の職員が承認します" in shown
    assert f'action="{paid}/approve"' not in shown
    assert code(await second.send(f"{paid}/approve", on="/office/claims")) == "same_person"
    assert gone(await first.send(f"{paid}/approve", on=paid)) == paid
    file = await first.get(f"{paid}/list.csv")
    assert "結 太郎" in file.content.decode("utf-8-sig")
    assert await scenes.points(member) == 200
    flow = ok(await town.auditor.get(f"/money-flow?first=2026-05-01&last={TODAY}"))
    assert set(flow["differences"].values()) == {0}
    by_kind = {(each["unit"], each["account_kind"]): each["closing"] for each in flow["flows"]}
    assert by_kind["yen", "paid_out"] == 160


async def test_who_has_not_just_proven_themselves_is_asked_to_and_books_nothing(
    service: http.Service, town: Town, first: Browser
) -> None:
    draft = await started(first, town)
    proposal = gone(await first.send(f"{draft}/propose", on=draft, version="1"))
    tired = await browsing.signed_in(service, town.second)
    assert gone(await tired.send(f"{proposal}/approve", on=proposal)).startswith("/step-up?next=")
    assert ok(await town.officer.get(proposal.removeprefix("/office")))["proposal"]["state"] == "proposed"


async def test_a_budget_is_added_to_once_and_never_given_back_beyond_what_is_left(town: Town, first: Browser) -> None:
    line = f"/office/budgets/{town.budget_line}"
    before = ok(await town.officer.get("/budget-lines?fiscal_year=2026"))["items"]
    left = next(each["left"] for each in before if each["budget_line_id"] == town.budget_line)
    page = (await first.get(line)).text
    fields = dict(browsing.HIDDEN.findall(page)) | {"how": "supplement", "amount": "5000", "reason": "6月補正"}
    assert gone(await first.post(line, fields)) == line
    assert gone(await first.post(line, fields)) == line
    after = ok(await town.officer.get("/budget-lines?fiscal_year=2026"))["items"]
    assert next(each["left"] for each in after if each["budget_line_id"] == town.budget_line) == left + 5000
    much = await first.send(line, on=line, how="return", amount=str(left + 5001), reason="不用額")
    assert code(much) == "budget_exhausted"
    assert (await first.get("/office/budgets")).status_code == 200


async def test_a_member_is_registered_found_and_given_a_card_and_sees_who_looked(town: Town, first: Browser) -> None:
    area = re.findall(r'<option value="([0-9a-f-]{36})"', (await first.get("/office/members")).text)[0]
    new = {"name": "庄内 みどり", "kana": "しょうない みどり", "area_id": area, "can_earn": "true"}
    fields = dict(browsing.HIDDEN.findall((await first.get("/office/members")).text)) | new
    member = gone(await first.post("/office/members", fields))
    assert gone(await first.post("/office/members", fields)) == member
    found = await first.send("/office/members/find", on="/office/members", wanted="しょうないみ")
    assert found.text.count(f'href="{member}"') == 1
    assert "庄内 みどり" in found.text
    card = await first.send(f"{member}/cards", on=member, reason="なくした")
    assert "<svg" in card.text
    assert (await first.get(f"/office/facts/{member.rpartition('/')[2]}")).status_code == 200


async def test_a_mistyped_number_and_a_mistyped_form_are_told_at_the_field_and_keep_what_was_typed(
    service: http.Service, town: Town, first: Browser
) -> None:
    here = "/office/members"
    nobodys = str(numbers.numbered(9999))
    mistyped = f"{nobodys[:-1]}{9 - int(nobodys[-1])}"
    for wanted, told in ((mistyped, "bad_member_number"), (nobodys, "unknown_member_number")):
        answer = await first.send(f"{here}/find", on=here, wanted=wanted)
        assert code(answer) == told
        assert f'value="{wanted}" aria-describedby="h-wanted w-wanted" aria-invalid="true"' in answer.text
    area = re.findall(r'<option value="([0-9a-f-]{36})"', answer.text)[0]
    new = {"name": "新田 はな", "kana": "にった はな", "area_id": area, "address": "結町1-2", "reached_by": "mail"}
    slip = await first.send(here, on=here, **new, telephone="090-abc", emergency_telephone="0900")
    assert (slip.status_code, code(slip)) == (422, "unreadable_text")
    assert "<details open>" in slip.text
    assert 'value="090-abc" aria-describedby="w-telephone" aria-invalid="true"' in slip.text
    for kept in ('value="新田 はな"', 'value="結町1-2"', '<option value="mail" selected>'):
        assert kept in slip.text
    assert 'name="can_earn" value="true">' in slip.text, "what was taken off stays off"
    early = await first.send(here, on=here, **new, born_on="1799-01-01")
    assert code(early) == "birth_date_out_of_range"
    fields = dict(browsing.HIDDEN.findall(early.text)) | new | {"telephone": "090ー5555ー0002"}
    member = UUID(gone(await first.post(here, fields)).rpartition("/")[2])
    kept = (await read(service.engine, TOWN, lambda conn: persons.find_many(conn, [member])))[member]
    assert kept.contacts == Contacts(telephone="090-5555-0002", address="結町1-2", reached_by="mail")
    sealed = await read(service.engine, TOWN, lambda conn: query.one(conn, _SEALED, member_id=member))
    assert sealed is not None
    assert b"0002" not in bytes(sealed.contacts)


async def test_a_year_end_is_seen_announced_once_and_waits_for_its_day(town: Town, first: Browser, second: Browser) -> None:
    asked = f"scheme={town.scheme}&year_of={TODAY}&closes_on=2027-04-01"
    preview = f"/office/year-ends/preview?{asked}"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', (await first.get(preview)).text))
    run = gone(await first.post("/office/year-ends", fields))
    assert gone(await first.post("/office/year-ends", fields)) == run
    early = await second.send(f"{run}/execute", on=run)
    assert code(early) == "year_end_too_early"
    assert (await first.get("/office/year-ends")).text.count(run) == 1
    assert run in (await first.get("/office/year-ends")).text


@pytest.mark.parametrize("role", ["member", "host", "coordinator", "auditor", "cashier"])
async def test_nobody_else_opens_the_office(service: http.Service, role: str) -> None:
    browser = await browsing.signed_in(service, role)
    for path in ("/office", "/office/schemes", "/office/claims", "/office/members", "/office/facts", "/office/budgets"):
        assert code(await browser.get(path)) == "role_not_allowed"
