"""Numbers read aloud: a receipt is found by what its holder says on the telephone, a refusal in the log; twins are both told."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest

from api import aloud
from kernel import ids
from tests.support import browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Member, Town
from tests.support.towns import OTHER_TOWN

SHOWN = re.compile(r'class="reference">([0-9A-Z]{4}-[0-9A-Z]{4})<')
TRACE = re.compile(r'href="/audit/trace/([0-9a-f-]{36})"')


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def officer(service: http.Service, town: Town) -> Browser:
    return await browsing.signed_in(service, town.officer)


@pytest.fixture(scope="module")
async def till(service: http.Service) -> Browser:
    return await browsing.signed_in(service, "cashier")


@pytest.fixture(scope="module")
async def customer(town: Town) -> Member:
    found = await scenes.join(town)
    await scenes.attend(town, found)
    return found


async def bought(till: Browser, customer: Member, amount: int) -> tuple[str, str]:
    """A purchase: its id, and the number on its receipt."""
    answer = await till.send("/till/take", on="/till", code=customer.card, amount=str(amount), unit="pt")
    path = answer.headers["location"]
    return path.rpartition("/")[2], SHOWN.findall((await till.get(path)).text)[0]


async def asked(desk: Browser, number: str) -> str:
    answer = await desk.get("/office/receipts", params={"number": number})
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_receipt_is_found_by_the_number_that_its_holder_reads(
    service: http.Service, town: Town, officer: Browser, till: Browser, customer: Member
) -> None:
    assert 'href="/office/receipts"' in (await officer.get("/office")).text
    (one, number), (other, _) = [await bought(till, customer, amount) for amount in (30, 40)]
    for said in (number, number.lower().replace("-", " "), "".join(chr(ord(each) + 0xFEE0) for each in number)):
        page = await asked(officer, said)
        assert TRACE.findall(page) == [one]
        assert "30 ポイント" in page
        assert "結 太郎" not in page, "no member is named"
    assert (await officer.get(f"/audit/trace/{one}")).status_code == 200
    slip = await asked(officer, number[:-1] + ("0" if number[-1] != "0" else "1"))
    assert "番号がちがうようです。" in slip
    assert f'value="{number[:-1]}' in slip, "what was typed stays"
    assert "この番号の控えはありません。" in await asked(officer, aloud.number(UUID(int=0)))
    elsewhere = await browsing.signed_in(service, "officer", town=OTHER_TOWN)
    assert "この番号の控えはありません。" in await asked(elsewhere, number)
    for role in ("member", "cashier", "host", "coordinator"):
        stranger = await browsing.signed_in(service, role)
        assert (await stranger.get(f"/office/receipts?number={number}")).status_code == 403
    assert other not in page, "of another purchase"


async def test_two_that_share_a_number_are_both_told(
    officer: Browser, till: Browser, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, tail = ids.new_id, 5
    with monkeypatch.context() as patched:
        patched.setattr("kernel.ids.new_id", lambda: UUID(int=(fresh().int >> aloud.TAIL_BITS << aloud.TAIL_BITS) | tail))
        (one, number), (other, same) = [await bought(till, customer, amount) for amount in (10, 20)]
    assert number == same
    page = await asked(officer, number)
    assert set(TRACE.findall(page)) == {one, other}
    assert "同じ番号が2件あります。" in page


async def test_an_enquiry_number_is_found_in_the_log(service: http.Service, till: Browser) -> None:
    page = (await till.get("/office")).text
    (number,) = SHOWN.findall(page)
    (line,) = [line for line in map(json.loads, service.log.getvalue().splitlines()) if line.get("reference") == number]
    assert (line["route"], line["status"], line["role"]) == ("/office", 403, "cashier")
    assert aloud.number(line["correlation"]) == number
