"""A role that is given until an instant, or ended, opens nothing any more: no token, no session, no entrance."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.support import browsing, http
from tests.support.browsing import Browser
from tests.support.http import Caller
from tests.support.scenes import ok

DAY = timedelta(days=1)


async def coordinator(service: http.Service, officer: Caller, until: timedelta | None) -> Caller:
    """A coordinator whose role ends, with a token that would live longer."""
    asked = {"role": "coordinator", "label": "第2層"}
    if until is not None:
        asked["valid_until"] = (service.clock.now() + until).isoformat()
    made = ok(await officer.post("/principals", asked))
    ok(await (await service.caller("officer")).post(f"/principals/{made['principal_id']}/confirm"))
    token = ok(await officer.post(f"/principals/{made['principal_id']}/tokens", {"days": 30}))["token"]
    return Caller(service.http, token, "coordinator", UUID(made["principal_id"]))


async def test_a_role_ends_by_itself_with_everything_that_it_opened(service: http.Service) -> None:
    officer = await service.caller("officer")
    who = await coordinator(service, officer, timedelta(hours=1))
    path = await browsing.entrance(service, who)
    browser = Browser(service)
    assert (await browser.send(path, on=path)).status_code == 303
    unused = await browsing.entrance(service, who)
    service.clock.forward(timedelta(minutes=59))
    assert (await who.get("/me")).status_code == 200
    assert (await browser.get("/devices")).status_code == 200
    assert (await Browser(service).get(unused)).status_code == 200
    service.clock.forward(timedelta(minutes=1))
    assert (await who.get("/me")).status_code == 401
    assert (await browser.get("/devices")).status_code == 303
    assert (await Browser(service).post(unused)).status_code == 410


async def test_a_role_is_ended_at_once_and_once(service: http.Service) -> None:
    officer = await service.caller("officer")
    who = await coordinator(service, officer, None)
    browser = await browsing.signed_in(service, who)
    assert ok(await officer.post(f"/principals/{who.principal_id}/end")) == {"ended": True}
    assert ok(await officer.post(f"/principals/{who.principal_id}/end")) == {"ended": False}
    assert (await who.get("/me")).status_code == 401
    assert (await browser.get("/devices")).status_code == 303
    told = ok(await officer.get(f"/principals/{who.principal_id}"))
    assert told["role"] == "coordinator", "what somebody did stays theirs"


async def test_a_role_that_is_over_is_not_given(service: http.Service) -> None:
    officer = await service.caller("officer")
    asked = {"role": "host", "label": "集会所", "organisation_id": str((await service.caller("host")).organisation_id)}
    over = asked | {"valid_until": (service.clock.now() - DAY).isoformat()}
    made = ok(await officer.post("/principals", over))
    refused = await officer.post(f"/principals/{made['principal_id']}/tokens", {"days": 30})
    assert (refused.status_code, refused.json()["code"]) == (409, "role_ended")
