"""What stands in the braces of a page's path, found in the demo's town by whoever may see it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from api import signed_in
from community import municipalities
from db import query
from db.transact import read
from rules import presets
from tests.support import browsing, demo_counter

if TYPE_CHECKING:
    from tests.support.demo_town import DemoTown

_SCAN = query.statement(
    """
    select scan_id from activities.scan where municipality_id = db.municipality() and member_id = :who
    order by occurred_at desc limit 1
    """
)
_REDEMPTION = query.statement(
    """
    select redemption_id from wallets.redemption
    where municipality_id = db.municipality() and kind = :kind and (holder = :who or counterparty = :who)
    order by redeemed_at desc limit 1
    """
)
_GRANT = query.statement(
    """
    select entry_id from ledger.journal_entry
    where municipality_id = db.municipality() and kind = 'grant' order by recorded_at limit 1
    """
)
_EDITION = query.statement(
    "select edition_id from rules.edition where municipality_id = db.municipality() order by starts_on desc limit 1"
)

_APPLICATION = query.statement(
    """
    select application_id from wallets.application
    where municipality_id = db.municipality() and organisation_id = :who
    order by applied_at desc limit 1
    """
)
_ATTENDANCE = query.statement(
    """
    select a.attendance_id from activities.attendance a
    join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
    join activities.activity c on c.municipality_id = s.municipality_id and c.activity_id = s.activity_id
    where a.municipality_id = db.municipality() and c.organisation_id = :who
    order by a.made_at desc limit 1
    """
)


async def application(town: DemoTown) -> str:
    """What the treasurer's group applied for."""
    return await _one(town, _APPLICATION, who=town.callers["treasurer"].organisation_id)


async def attendance(town: DemoTown) -> str:
    """The latest at what the host runs."""
    return await _one(town, _ATTENDANCE, who=town.callers["host"].organisation_id)


async def entrance(town: DemoTown) -> str:
    path = await town.site.entrance(town.callers["member"], asks_birth_date=True, town=town.number)
    return path.removeprefix("/enter/")


async def member(town: DemoTown) -> str:
    return str(town.callers["member"].member_id)


async def redemption(town: DemoTown) -> str:
    return str(town.report["trace"]["id"])


async def scan(town: DemoTown) -> str:
    """The member's own latest."""
    return await _one(town, _SCAN, who=town.callers["member"].member_id)


async def taken(town: DemoTown) -> str:
    """What the cashier's shop took."""
    return await _one(town, _REDEMPTION, kind="purchase", who=town.callers["cashier"].organisation_id)


async def given(town: DemoTown) -> str:
    """What the member gave to the pot."""
    who = town.callers["member"]
    answer = await who.keyed(f"/members/{who.member_id}/donations", {"unit": "pt", "amount": 40})
    return answer.json()["redemption_id"]


async def venue(town: DemoTown) -> str:
    """What the screen shows at the activity of today."""
    answer = await town.callers["host"].get(f"/slots/{town.found['slot']}/venue-code")
    return answer.json()["address"].rpartition("/")[2]


async def poster(town: DemoTown) -> str:
    """A poster of that activity."""
    answer = await town.callers["host"].keyed(f"/activities/{town.found['activity']}/posters")
    return answer.json()["address"].rpartition("/")[2]


async def pay_code(town: DemoTown) -> str:
    """A pay code of the member."""
    who = town.callers["member"]
    answer = await who.keyed(f"/members/{who.member_id}/pay-codes", {"unit": "pt", "amount_max": 100})
    return answer.json()["address"].rpartition("/")[2]


async def card(town: DemoTown) -> str:
    """A card of the member, as a new one is printed."""
    who = town.callers["member"].member_id
    answer = await town.callers["officer"].keyed(f"/members/{who}/cards")
    return answer.json()["address"].rpartition("/")[2]


async def wish(town: DemoTown) -> str:
    """The page of a pay code that the member asked for on the phone."""
    signed = {"Cookie": f"{signed_in.COOKIE}={await town.session('member')}"}
    page = await town.site.service.http.get("/pay", headers=signed)
    fields = dict(browsing.HIDDEN.findall(page.text)) | {"unit": "pt", "amount": "100"}
    answer = await town.site.service.http.post("/pay", data=fields, headers=signed)
    found = re.fullmatch("/pay/(.*)", answer.headers["location"])
    assert found
    return found[1]


async def code(town: DemoTown) -> str:
    """The town's six digits."""
    first_five = f"{town.number:05d}"
    return f"{first_five}{municipalities.check_digit(first_five)}"


async def entry(town: DemoTown) -> str:
    """The first grant."""
    return await _one(town, _GRANT)


async def edition(town: DemoTown) -> str:
    """The latest edition."""
    return await _one(town, _EDITION)


async def scheme(town: DemoTown) -> str:
    """The first scheme."""
    return (await town.callers["officer"].get("/schemes")).json()["items"][0]["code"]


async def draft(town: DemoTown) -> str:
    """A draft that is half written."""
    asked = {"document": 'scheme = "x"\nunit = ', "note": "書きかけ"}
    answer = await town.callers["officer"].post(f"/schemes/{await scheme(town)}/drafts", asked)
    return answer.json()["draft_id"]


async def form_draft(town: DemoTown) -> str:
    """A draft with every chapter of the form, and a mistake in one."""
    document = presets.document("kani").replace("limit = 100", "limit = 0")
    answer = await town.callers["officer"].post(f"/schemes/{await scheme(town)}/drafts", {"document": document})
    return answer.json()["draft_id"]


async def proposal(town: DemoTown) -> str:
    """The rules in force, proposed once more."""
    officer, code = town.callers["officer"], await scheme(town)
    rules = (await officer.get(f"/schemes/{code}/editions")).json()["items"][-1]["document"]
    return (await officer.post(f"/schemes/{code}/proposals", {"document": rules})).json()["proposal_id"]


async def budget_line(town: DemoTown) -> str:
    """A line of this year's budget."""
    return (await town.callers["officer"].get("/budget-lines")).json()["items"][0]["budget_line_id"]


async def batch(town: DemoTown) -> str:
    """A list of claims."""
    return (await town.callers["officer"].get("/claim-batches")).json()["items"][0]["batch_id"]


async def settlement(town: DemoTown) -> str:
    """A payment list."""
    return (await town.callers["officer"].get("/settlements")).json()["items"][0]["settlement_id"]


async def coordinator_role(town: DemoTown) -> str:
    """A coordinator's role that waits for a second person."""
    asked = {"role": "coordinator", "label": "第2層の見習い"}
    return (await town.callers["officer"].post("/principals", asked)).json()["principal_id"]


async def organisation(town: DemoTown) -> str:
    """The one whose activities the host runs."""
    return str(town.callers["host"].organisation_id)


async def correction(town: DemoTown) -> str:
    """A correction that was asked for."""
    asked = {"entry_id": await entry(town), "reason": "別の人の記録でした"}
    return (await town.callers["officer"].keyed("/corrections", asked)).json()["wish_id"]


FINDERS: dict[str, Callable[[DemoTown], Awaitable[str]]] = {
    find.__name__: find
    for find in (
        application,
        attendance,
        entrance,
        demo_counter.offered,
        member,
        redemption,
        scan,
        taken,
        given,
        venue,
        poster,
        pay_code,
        card,
        wish,
        code,
        entry,
        scheme,
        edition,
        draft,
        form_draft,
        proposal,
        budget_line,
        batch,
        settlement,
        coordinator_role,
        organisation,
        correction,
    )
}
"""By name; `activity`, `slot` and `need` besides are made with the town. Add one function for each new name."""


SHORT_LIVED = frozenset({"venue", "pay_code", "wish", "offered"})
"""What is over after a minute or some, and is found anew for each page."""


async def _one(town: DemoTown, asked: Any, **values: Any) -> str:
    row = await read(town.site.engine, town.number, lambda conn: query.one(conn, asked, **values))
    assert row is not None
    return str(row[0])
