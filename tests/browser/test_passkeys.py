"""Passkeys in a real browser, with Chromium's own authenticator: made, signed in with, stepped up with, copied, and not to be had.

The pages are opened as localhost: an address of digits is no domain, and passkeys are for domains.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from api import signed_in
from community import passkeys, sessions
from db.transact import read
from tests.browser.conftest import Opener
from tests.support import chromium, http, scenes, sites
from tests.support.scenes import Town, ok
from tests.support.towns import TOWN

Devices = Callable[..., Awaitable["Device"]]
MAKE, SIGN_IN, STEP_UP = "パスキーを作る", "パスキーで入る", "パスキーで確認する"


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@dataclass
class Device:
    """A page on a device that keeps passkeys and asks for a finger, which is always the right one, unless `verified` is off."""

    page: Page
    site: sites.Site
    cdp: CDPSession
    authenticator: str

    async def come_in(self, caller: http.Caller) -> None:
        """Signs in with an entrance."""
        await self.page.goto(await self.site.entrance(caller))
        await self.page.get_by_role("button", name="使いはじめる").click()
        await expect(self.page).not_to_have_url(re.compile("/enter/"))

    async def make(self) -> None:
        """Makes a passkey on its page, and signs out."""
        await self.page.goto("/passkeys")
        await self.page.get_by_role("button", name=MAKE).click()
        await expect(self.page.get_by_role("button", name="このパスキーを消す")).to_have_count(1)

    async def leave(self) -> None:
        await self.page.get_by_role("button", name="この端末の利用をおわる").click()
        await expect(self.page).to_have_url(re.compile("/sign-in$"))

    async def keys(self) -> list[dict[str, Any]]:
        """What the device keeps."""
        return (await self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator}))["credentials"]

    async def secret(self) -> str | None:
        cookies = await self.page.context.cookies()
        return next((str(each.get("value")) for each in cookies if each.get("name") == signed_in.COOKIE), None)


@pytest.fixture
async def devices(browser: Browser, site: sites.Site) -> AsyncIterator[Devices]:
    """`await devices("desktop", verified=False)`: a device that was never here."""
    async with AsyncExitStack() as stack:

        async def made(size: chromium.Size, *, verified: bool = True) -> Device:
            address = site.address.replace("127.0.0.1", "localhost")
            page = await stack.enter_async_context(chromium.opened(browser, address, size))
            cdp = await page.context.new_cdp_session(page)
            await cdp.send("WebAuthn.enable")
            asked = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
            asked |= {"isUserVerified": verified, "automaticPresenceSimulation": True}
            kept = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": asked})
            return Device(page, site, cdp, kept["authenticatorId"])

        yield made


@pytest.fixture
async def device(devices: Devices) -> Device:
    """A phone."""
    return await devices("phone")


async def opened_by(site: sites.Site, secret: str | None) -> tuple[str, bool]:
    """How the session behind a cookie was opened, and whether it is stepped up, as PostgreSQL has it."""
    now = site.service.clock.now()
    found = await read(site.engine, TOWN, lambda conn: sessions.resolve(conn, secret or "", now))
    assert found is not None
    return found.opened_by, found.stepped_up(now)


async def test_an_officer_makes_one_signs_in_and_approves_with_it(devices: Devices, site: sites.Site, town: Town) -> None:
    device = await devices("desktop")
    page = device.page
    await device.come_in(town.second)
    before = await device.secret()
    await device.make()
    await device.leave()
    await page.get_by_role("link", name="職員・担当者のログイン").click()
    await page.get_by_role("button", name=SIGN_IN).click()
    await expect(page).to_have_url(re.compile("/office$"))
    assert await device.secret() != before
    assert await opened_by(site, await device.secret()) == ("passkey", True)
    site.service.clock.forward(sessions.STEP_UP_FOR)
    proposal = await proposed(town)
    await page.goto(f"/office/proposals/{proposal}")
    await page.get_by_role("button", name="承認する").click()
    await page.get_by_role("button", name=STEP_UP).click()
    await expect(page).to_have_url(re.compile(f"^[^?]+/office/proposals/{proposal}$"))
    assert await opened_by(site, await device.secret()) == ("step_up", True)
    await page.get_by_role("button", name="承認する").click()
    await expect(page).to_have_url(re.compile(f"^[^?]+/office/proposals/{proposal}$"))
    await expect(page.get_by_text("承認しました")).to_be_visible()
    told = ok(await town.officer.get(f"/proposals/{proposal}"))
    assert str(town.second.principal_id) in str(told), told
    assert await chromium.violations(page) == []


async def proposed(town: Town) -> str:
    """Rules that the first officer proposed and the council heard."""
    document = scenes.EDITION.format(scheme=town.scheme).replace("2026-04-01", "2026-07-01")
    proposal = ok(await town.officer.post(f"/schemes/{town.scheme}/proposals", {"document": document}))["proposal_id"]
    heard = {"opinion": "差し支えない。", "held_on": "2026-05-08", "votes_for": 7, "votes_against": 1, "votes_abstained": 0}
    ok(await town.officer.post(f"/proposals/{proposal}/opinions", heard))
    return proposal


async def test_a_member_makes_one_on_the_phone_and_comes_back_with_one_button(device: Device, site: sites.Site) -> None:
    member = await site.service.caller("member")
    await device.come_in(member)
    await device.page.goto("/devices")
    await device.page.get_by_role("link", name="パスキー").click()
    await device.make()
    assert await chromium.violations(device.page, enhanced=True) == []
    await device.leave()
    await device.page.get_by_role("button", name=SIGN_IN).click()
    await expect(device.page).to_have_url(re.compile("/today$"))
    assert await opened_by(site, await device.secret()) == ("passkey", False)
    await device.page.goto("/passkeys")
    await device.page.get_by_role("button", name=MAKE).click()
    await expect(device.page.get_by_text("この端末のパスキーは、もうあります。")).to_be_visible()
    await device.page.get_by_role("button", name="このパスキーを消す").click()
    await expect(device.page.get_by_text("まだありません。")).to_be_visible()
    now = site.service.clock.now()
    assert await read(site.engine, TOWN, lambda conn: passkeys.of_principal(conn, member.principal_id, now)) == []
    await device.leave()
    await device.page.get_by_role("button", name=SIGN_IN).click()
    await expect(device.page.get_by_role("heading", level=1)).to_have_text("このパスキーでは入れませんでした。")
    assert await device.secret() is None


async def test_a_device_that_does_not_ask_who_it_is_makes_nothing_at_work(devices: Devices, site: sites.Site) -> None:
    device = await devices("desktop", verified=False)
    await device.come_in(await site.service.caller("officer"))
    await device.page.goto("/passkeys")
    await device.page.get_by_role("button", name=MAKE).click()
    await expect(device.page.get_by_text("できませんでした。")).to_be_visible()
    assert await device.keys() == []
    assert await chromium.violations(device.page) == []


async def test_a_copy_is_refused_and_the_owner_told(devices: Devices, device: Device, site: sites.Site) -> None:
    await device.come_in(await site.service.caller("member"))
    await device.make()
    (key,) = await device.keys()
    await device.leave()
    await device.page.get_by_role("button", name=SIGN_IN).click()
    await expect(device.page).to_have_url(re.compile("/today$"))
    thief = await devices("desktop")
    await thief.cdp.send("WebAuthn.addCredential", {"authenticatorId": thief.authenticator, "credential": key})
    await thief.page.goto("/sign-in")
    await thief.page.get_by_role("button", name=SIGN_IN).click()
    await expect(thief.page.get_by_role("heading", level=1)).to_contain_text("このパスキーは止めました。")
    assert await thief.secret() is None
    await device.page.goto("/devices")
    await expect(device.page.get_by_role("alert")).to_contain_text("を止めました")
    assert await chromium.violations(device.page, enhanced=True) == []


async def test_at_an_address_of_digits_one_is_told_where_to_go(opens: Opener, site: sites.Site) -> None:
    page = await opens("phone")
    await page.goto("/sign-in")
    await page.get_by_role("button", name=SIGN_IN).click()
    await expect(page.get_by_text("このアドレスでは、パスキーを使えません。")).to_be_visible()
    await expect(page.get_by_text(f"{site.address.replace('127.0.0.1', 'localhost')}/sign-in")).to_be_visible()


async def test_whoever_has_none_or_stops_is_told_and_can_press_again(device: Device) -> None:
    await device.page.goto("/sign-in")
    button = device.page.get_by_role("button", name=SIGN_IN)
    await button.click()
    await expect(device.page.get_by_text("できませんでした。もう一度押すか")).to_be_visible()
    await expect(button).to_be_enabled()
    assert await chromium.violations(device.page, enhanced=True) == []


async def test_an_answer_that_took_too_long_is_told_in_words(device: Device, site: sites.Site) -> None:
    await device.come_in(await site.service.caller("member"))
    await device.make()
    await device.leave()

    async def later(route: Any) -> None:
        answer = await route.fetch()
        site.service.clock.forward(timedelta(minutes=5))
        await route.fulfill(response=answer)

    await device.page.route("**/sign-in/passkey", later, times=1)
    await device.page.get_by_role("button", name=SIGN_IN).click()
    await expect(device.page.get_by_role("heading", level=1)).to_have_text("時間が過ぎました。何も変わっていません。")
