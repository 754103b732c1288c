"""What somebody tries in a member's name, beside the guard of the code that stands against it: see `counter_cases`."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from activities import matches
from activities.refusals import UnknownMatch
from community import proxies, sessions
from community.actor import Actor
from community.proxies import NewProxy
from community.proxy_refusals import PowerNotGiven, SelfDealing, SpendingNotAtDesk
from community.refusals import UnknownMember
from flows import claim, donation, pledge, purchase
from flows import matches as agreeing
from flows import proxies as letting
from flows.proxies import Letting
from kernel import ids
from ledger import units
from tests.support import claiming
from tests.support.counter_world import Case, Step, World, says_nothing, says_nothing_either
from tests.support.spending import NOW
from wallets import claims, pay_codes, refusals
from wallets.claims import NewClaim


def giving(actor: Any) -> Step:
    """The uncle's points go to the pot."""

    async def give(conn: AsyncConnection, made: World) -> None:
        asked = donation.Asked(member_id=made.uncle.id, unit="pt", amount=10)
        await donation.donate(conn, asked, actor=await actor(conn, made), now=NOW)

    return give


def pledging(of: str, actor: Any, to: str) -> Step:
    """Points go to the group whose treasurer the daughter is, or to another."""

    async def give(conn: AsyncConnection, made: World) -> None:
        asked = pledge.Asked(member_id=getattr(made, of).id, organisation_id=getattr(made, to), unit="pt", amount=10)
        await pledge.pledge(conn, asked, actor=await actor(conn, made), now=NOW)

    return give


def showing(of: str, actor: Any) -> Step:
    """A pay code."""

    async def show(conn: AsyncConnection, made: World) -> None:
        asked = purchase.PayCodeAsked(member_id=getattr(made, of).id, unit="pt", amount_max=10)
        await purchase.show_pay_code(conn, asked, actor=await actor(conn, made), now=NOW)

    return show


def forged_as(of: str, power: Any = "spend") -> Any:
    """The daughter, who says that she acts for somebody."""

    async def actor(_: AsyncConnection, made: World) -> Actor:
        return made.acting(getattr(made, of), power)

    return actor


async def worn(conn: AsyncConnection, made: World) -> Actor:
    """The daughter, as her phone acts now."""
    return await made.worn(conn)


def claiming_for(of: str, actor: Any, to_the_group: bool) -> Step:
    """A claim on somebody's points."""

    async def apply(conn: AsyncConnection, made: World) -> None:
        whose = getattr(made, of).id
        asked = claim.Applying(scheme=made.desk.code, holder=whose, directed_to=made.group if to_the_group else None)
        await claim.apply(conn, asked, actor=await actor(conn, made), now=NOW)

    return apply


def keeping_a_claim(of: str, to_the_group: bool) -> Step:
    """A claim as the room writes it."""

    async def keep(conn: AsyncConnection, made: World) -> None:
        whose = getattr(made, of).id
        new = NewClaim(
            claim_id=ids.new_id(),
            scheme_id=made.desk.scheme_id,
            holder=whose,
            claimed_on=claiming.TODAY,
            amount=None,
            form=None,
            directed_to=made.group if to_the_group else None,
            deductions={},
            claimed_at=NOW,
            claimed_by=made.daughter.actor.principal_id,
            acting_for=whose,
        )
        await claims.keep(conn, new)

    return keep


def paying(code_of: str, at: str) -> Step:
    """A purchase with a code that the daughter made in somebody's name."""

    async def buy(conn: AsyncConnection, made: World) -> None:
        asked = purchase.Asked(code=made.codes[code_of], unit="pt", amount=10)
        till = getattr(made, at).device if at == "till" else await _elsewhere(conn, made)
        await purchase.purchase(conn, asked, actor=till, now=NOW)

    return buy


async def _elsewhere(_: AsyncConnection, made: World) -> Actor:
    """A cashier whom nobody of the family knows, on a phone of their own."""
    return made.gone.works


def answering(help_: str, actor: Any) -> Step:
    """The receiver's side says yes."""

    async def answer(conn: AsyncConnection, made: World) -> None:
        who = await actor(conn, made)
        await agreeing.answer(conn, made.helps[help_], "receiver", "accept", actor=who, now=NOW)

    return answer


def keeping_an_answer(help_: str) -> Step:
    """The receiver's yes as the room writes it, by the daughter."""

    async def answer(conn: AsyncConnection, made: World) -> None:
        by = made.daughter.actor.principal_id
        await matches.answer(conn, made.helps[help_], "receiver", "accept", answered_by=by, now=NOW)

    return answer


async def _write_oneself_down(conn: AsyncConnection, made: World) -> None:
    asked = Letting(
        member_id=made.uncle.id,
        number=made.daughter.member.number,
        relation="helper",
        power="see",
        consent="spoken",
        consent_note="x",
    )
    await letting.let(conn, asked, actor=made.hall.works, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)


async def _keep_oneself(conn: AsyncConnection, made: World) -> None:
    new = NewProxy(
        member_id=made.uncle.id,
        by_member_id=made.daughter.id,
        relation="helper",
        power="see",
        consent="spoken",
        consent_note="x",
    )
    await proxies.give(conn, new, given_by=made.hall.works.principal_id, now=NOW)


async def _write_a_purse_down(conn: AsyncConnection, made: World) -> None:
    asked = Letting(member_id=made.uncle.id, name="結 太郎", relation="son", power="spend", consent="spoken", consent_note="x")
    await letting.let(conn, asked, actor=made.hall.works, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)


async def _keep_a_code(conn: AsyncConnection, made: World) -> None:
    draft = pay_codes.PayCodeDraft(
        pay_code_id=ids.new_id(),
        member_id=made.aunt.id,
        unit_id=(await units.by_code(conn, "pt")).unit_id,
        fingerprint=os.urandom(32),
        amount_max=10,
        issued_by=made.daughter.actor.principal_id,
    )
    await pay_codes.issue(conn, draft, now=NOW)


SESSION = (purchase, "_check_session", says_nothing_either)
MAKER = (purchase, "_check_maker", says_nothing_either)
GAIN = (pledge.holders, "check_no_own_gain", says_nothing_either)

CASES: dict[str, Case] = {
    "acting_stands: gives": Case(giving(worn), UnknownMember, giving(forged_as("uncle"))),
    "acting_stands: pledges": Case(
        pledging("uncle", worn, "strangers"), UnknownMember, pledging("uncle", forged_as("uncle"), "strangers")
    ),
    "acting_stands: claims": Case(claiming_for("uncle", worn, False), UnknownMember, keeping_a_claim("uncle", False)),
    "acting_stands: shows a code": Case(showing("aunt", forged_as("aunt", "arrange")), PowerNotGiven, _keep_a_code),
    "acting_stands: pays with a code of before": Case(paying("uncle", "elsewhere"), refusals.PayCodeExpired, off=(MAKER,)),
    "pay_code_session": Case(paying("lost", "elsewhere"), refusals.PayCodeExpired, off=(SESSION,)),
    "acting_stands: answers": Case(answering("of_uncle", worn), UnknownMatch, keeping_an_answer("of_uncle")),
    "no_self_dealing: pays at their own till": Case(paying("mother", "till"), SelfDealing, off=(MAKER,)),
    "no_self_dealing: pledges to their own group": Case(
        pledging("mother", forged_as("mother"), "group"), SelfDealing, off=(GAIN,)
    ),
    "no_self_dealing: claims for their own group": Case(
        claiming_for("mother", forged_as("mother"), True), SelfDealing, keeping_a_claim("mother", True)
    ),
    "no_self_dealing: answers for both sides": Case(
        answering("by_daughter", forged_as("mother")), SelfDealing, keeping_an_answer("by_daughter")
    ),
    "no_self_dealing: writes themselves down": Case(_write_oneself_down, SelfDealing, _keep_oneself),
    "spending_not_at_desk": Case(_write_a_purse_down, SpendingNotAtDesk, off=((letting, "_check_giver", says_nothing),)),
}
