"""Staff sign in with their own account in a real browser at a real provider: linked, there and back, stepped up, signed out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page
from sqlalchemy.ext.asyncio import AsyncEngine

from cli import town_openid
from community import openid, sessions
from db.transact import read, transact
from kernel import ids
from kernel.clock import SystemClock
from tests.support import chromium, http, openid_provider, postgres, sites
from tests.support.openid_provider import Provider
from tests.support.towns import TOWN

ACCOUNT = "庁内アカウント"


@dataclass
class Office:
    """A served town that tells its own address, and its provider."""

    site: sites.Site
    provider: Provider


@pytest.fixture
async def office(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[Office]:
    async with (
        sites.served(database, SystemClock().now(), at_home=True) as site,
        openid_provider.running([f"{site.address}/sign-in/openid/back"]) as provider,
    ):
        told, now = provider.told, site.service.clock.now()
        new = openid.Provider(provider_id=ids.new_id(), issuer=told.issuer, client_id=told.client_id, name=ACCOUNT)
        await transact(
            site.engine, TOWN, lambda conn: town_openid.set_(conn, new, told.client_secret, master=http.MASTER, now=now)
        )
        yield Office(site, provider)


async def at_the_provider(page: Page, office: Office, login: str) -> None:
    """Signs in by the provider's forms; agrees where it asks."""
    await known_at_the_provider(page, office, login)
    await page.click('button[type="submit"]')
    await page.wait_for_url(f"{office.site.address}/**")


async def known_at_the_provider(page: Page, office: Office, login: str) -> None:
    """Signs in by the provider's form. It lives at the time that it is, and so do we."""
    await page.wait_for_url(f"{office.provider.issuer}/**")
    office.site.service.clock.set(SystemClock().now())
    await page.fill('input[name="login"]', login)
    await page.fill('input[name="password"]', "x")
    await page.click('button[type="submit"]')


async def test_an_officer_links_signs_in_steps_up_and_leaves(browser: Browser, office: Office) -> None:
    officer = await office.site.service.caller("officer")
    async with chromium.opened(browser, office.site.address, "desktop") as page:
        await page.goto(await office.site.entrance(officer))
        await page.click("main form button")
        await page.goto("/proof")
        await page.click('a[href="/openid"]')
        await page.click('form[action="/openid/link"] button')
        await at_the_provider(page, office, "hanako")
        assert ACCOUNT in await page.inner_text(".notice.good")
    async with chromium.opened(browser, office.site.address, "phone") as page:
        await page.goto("/sign-in/staff")
        await page.click(f'button:has-text("{ACCOUNT}")')
        await at_the_provider(page, office, "hanako")
        assert page.url == f"{office.site.address}/office"
        (secret,) = [each.get("value", "") for each in await page.context.cookies() if each.get("name") == "__Host-yui"]
        now = office.site.service.clock.now()
        session = await read(office.site.engine, TOWN, lambda conn: sessions.resolve(conn, secret, now))
        assert session is not None
        assert (session.actor.principal_id, session.opened_by) == (officer.principal_id, "oidc")
        await page.goto("/step-up?next=/openid")
        await page.click('form[action="/openid/step-up"] button')
        await known_at_the_provider(page, office, "hanako")
        await page.wait_for_url(f"{office.site.address}/openid")
        assert await chromium.violations(page) == []
        await page.click('form[action="/sign-out"] button')
        await page.wait_for_url(f"{office.site.address}/sign-in/openid/left/**")
        assert await chromium.violations(page) == []
        assert await chromium.overflow(page) == 0
        await page.click('a[rel="noreferrer"]')
        await page.wait_for_url(f"{office.provider.issuer}/**")


async def test_the_way_there_is_a_page_for_whoever_is_not_led_on(browser: Browser, office: Office) -> None:
    """A browser that does not follow by itself shows one big link, and says how long it holds."""
    async with chromium.opened(browser, office.site.address, "phone") as page:
        await page.route(f"{office.provider.issuer}/**", lambda route: route.abort())
        await page.goto("/sign-in/staff")
        assert await chromium.violations(page) == []
        async with page.expect_request(f"{office.provider.issuer}/**"):
            await page.click(f'button:has-text("{ACCOUNT}")')
