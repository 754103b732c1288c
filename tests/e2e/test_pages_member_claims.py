"""What a member's pages turn points into, and the choice that keeps them alive: done once, for nobody else, and seen in the book."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from community import members
from flows import claim
from rules.vocabulary.conversion import Form
from rules.vocabulary.ending import Extension
from rules.vocabulary.part import Text
from tests.support import claiming, editions, http, member_pages, spending
from tests.support.claiming import Desk
from tests.support.families import PROXY
from tests.support.member_pages import Phone, refusal
from tests.support.towns import POINTS, YEN

FORMS = (Form(form="cash"), Form(form="voucher", name=Text(ja="商品券", en="Vouchers")))
DECREE = Extension(name=Text(ja="特例", en="Decree"), years=(2026,), until=date(2028, 3, 31), chosen=True)


@pytest.fixture(scope="module")
async def desk(service: http.Service, engine: AsyncEngine) -> Desk:
    service.clock.set(spending.NOW)
    return await claiming.open_desk(engine, "pages", conversion=editions.exchange(forms=FORMS), extensions=(DECREE,))


@pytest.fixture
async def phone(service: http.Service, desk: Desk) -> Phone:
    return await member_pages.plain_phone(service)


@pytest.fixture
async def other(service: http.Service, desk: Desk) -> Phone:
    return await member_pages.plain_phone(service)


async def test_what_one_would_get_is_seen_before_and_nothing_is_kept(phone: Phone, desk: Desk, engine: AsyncEngine) -> None:
    me = phone.member.member_id
    await desk.earn(me, 3)
    fields = _form_of(await phone.see("/claims"), desk.code) | {"form": "voucher", "amount": "200"}
    seen = await phone.browser.post("/claims/preview", fields)
    assert seen.status_code == 200, seen.text
    assert "まだ、申し込んでいません。" in seen.text
    assert "20000" in seen.text.replace(",", "")
    used, left = (re.search(rf"<dt>{each}</dt><dd>(\d+)", seen.text) for each in ("使う分", "残る分"))
    assert used is not None
    assert left is not None
    assert (used[1], left[1]) == ("200", "100")
    assert seen.text.count("使える最後の日") >= 3, "the lots are told: a heading, and a word in each row"
    assert await desk.free(me) == 300
    assert "withdraw" not in await phone.see("/claims")
    made = _fields_again(seen.text)
    await phone.follow(await phone.browser.post("/claims", made))
    assert await desk.free(me) == 100


def _fields_again(page: str) -> dict[str, str]:
    """The fields of the form that makes the claim that was looked at."""
    form = page[page.index('action="/claims"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


async def test_a_claim_is_reserved_once_its_form_is_remembered_and_it_can_be_taken_back(
    phone: Phone, other: Phone, desk: Desk, engine: AsyncEngine
) -> None:
    me = phone.member.member_id
    await desk.earn(me, 3)
    page = await phone.see("/claims")
    assert "交換できるのは 300 ポイント" in page
    assert "いつでも" in page
    fields = _form_of(page, desk.code) | {"form": "voucher", "amount": "200"}
    sent = [await phone.browser.post("/claims", fields) for _ in range(2)]
    page = await phone.follow(sent[0])
    assert sent[1].status_code == 303
    assert "20000" in page.replace(",", "")
    assert await desk.free(me) == 100
    assert await spending.posted(engine, "wallet", POINTS, me) == 300
    assert re.search(r'value="voucher" checked', page), "what was chosen is remembered"
    (claim,) = re.findall(r'action="/claims/([0-9a-f-]+)/withdraw"', page)
    assert (await other.browser.send(f"/claims/{claim}/withdraw", on="/card", key=member_pages.key())).status_code == 404
    assert "取り消しました" in await phone.press(f"/claims/{claim}/withdraw", on="/claims")
    assert await desk.free(me) == 300
    again = await phone.browser.send(f"/claims/{claim}/withdraw", on="/card", key=member_pages.key())
    assert refusal(again) == "claim_not_open"


async def test_a_booked_claim_is_told_and_a_refused_one_says_why(phone: Phone, desk: Desk, engine: AsyncEngine) -> None:
    me = phone.member.member_id
    await desk.earn(me, 1)
    fields = _form_of(await phone.see("/claims"), desk.code) | {"form": "cash"}
    await phone.follow(await phone.browser.post("/claims", fields))
    await desk.pay()
    assert "決まりました" in await phone.see("/claims")
    assert await spending.posted(engine, "payable", YEN, me) == 10_000
    nothing = await phone.browser.send("/claims", on="/card", key=member_pages.key(), scheme=desk.code, form="cash")
    assert refusal(nothing) == "claim_pays_nothing"
    assert "交換できるものがまだありません" in nothing.text
    assert "交換しました" in await phone.see("/history")


# ----------------------------------------------------------------------------------------------------------- notices


async def test_what_ends_is_told_and_a_choice_is_made_once(phone: Phone, other: Phone, desk: Desk) -> None:
    await desk.earn(phone.member.member_id, 1)
    page = await phone.see("/notices")
    assert "長く使えます" in page
    told = _form_of(page, desk.code) | {"decree": "1"}
    sent = [await phone.browser.post("/notices/choose", told) for _ in range(2)]
    assert "のばすことにしました" in await phone.follow(sent[0])
    assert sent[1].status_code == 303
    assert "のばすことにしました" not in await other.see("/notices")
    wrong = await phone.browser.send("/notices/choose", on="/card", key=member_pages.key(), scheme=desk.code, decree="9")
    assert refusal(wrong) == "unknown_decree"


def _form_of(page: str, scheme: str) -> dict[str, str]:
    """The hidden fields of the form of a scheme."""
    forms = [each.partition("</form>")[0] for each in page.split("<form ")]
    return next(dict(member_pages.FIELD.findall(each)) for each in forms if f'name="scheme" value="{scheme}"' in each)


async def test_a_notice_is_unread_until_the_member_says_so_and_is_counted_on_every_page(
    phone: Phone, other: Phone, desk: Desk
) -> None:
    for each in (phone, other):
        await desk.earn(each.member.member_id, 2)
        made = (await desk.claim(each.member.member_id, amount=200, form="cash")).claim
        refusing = claim.Refusing(claim_id=made.claim_id, reason="書類が足りません")
        await spending.do(desk.engine, claim.refuse, refusing, actor=desk.who.first, now=spending.NOW)
    assert "ほか(1)" in await phone.see("/today")
    page = await phone.see("/notices")
    assert "まだ読んでいません" in page
    assert "ほか(1)" in await phone.see("/notices"), "looking is not reading"
    (up_to,) = re.findall(r'name="up_to" value="([^"]*)"', page)
    assert "まだ読んでいません" not in await phone.press("/notices/read", on="/notices", up_to=up_to)
    assert "ほか(" not in await phone.see("/today")
    assert "ほか(1)" in await other.see("/today"), "another's are left alone"


async def test_a_claim_made_in_anothers_name_says_by_whom(service: http.Service, phone: Phone, other: Phone, desk: Desk) -> None:
    me = phone.member.member_id
    await desk.earn(me, 3)
    number = (await spending.do(desk.engine, members.find, other.member.member_id)).number
    await phone.browser.send("/proxies", on="/proxies", number=str(number), relation="daughter", power="spend")
    (proxy_id,) = set(PROXY.findall(await other.see("/acting")))
    await other.press(f"/acting/{proxy_id}/answer", on="/acting", answer="accept")
    await other.press("/acting", on="/acting", proxy_id=proxy_id)
    fields = _form_of(await other.see("/claims"), desk.code) | {"form": "cash", "amount": "200"}
    assert "さん(娘)が代わりにしました。" in await other.follow(await other.browser.post("/claims", fields))
    assert "さん(娘)が代わりにしました。" in await phone.see("/claims")
    assert await desk.free(me) == 100
