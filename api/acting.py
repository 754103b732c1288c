"""Which pages serve somebody who acts for a member: those that say so, as far as the member gave it. No other does.

@get("/points", may=…, page=True, acts=acting.see("points"))        # and the member reads that it was looked at
@post("/give", may=…, page=True, acts=acting.spend("acted_gave"))

`acting.ANYBODY` is what somebody needs to choose a name, and to leave; `acting.ONESELF` also serves who is no member, in their own
name.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from litestar.handlers import BaseRouteHandler

from api import refusals
from community import proxy_refusals
from community.actor import Actor, Power


class Acts(NamedTuple):
    """What a page needs of whoever acts for a member, and the word by which the member reads of it, if they do."""

    power: Power | Literal["anybody", "oneself"]
    what: str | None = None


ANYBODY = Acts("anybody")
ONESELF = Acts("oneself")


def see(what: str) -> Acts:
    """For whoever may see."""
    return Acts("see", what)


def arrange(what: str) -> Acts:
    """For whoever may ask, book and answer."""
    return Acts("arrange", what)


def spend(what: str) -> Acts:
    """For whoever may give, pay and claim."""
    return Acts("spend", what)


def of(handler: BaseRouteHandler) -> Acts | None:
    """What a page says; None where it is for oneself alone."""
    return handler.opt.get("acts")


def check(actor: Actor, handler: BaseRouteHandler) -> None:
    """Lets an actor at a page in the name that they act in. Raises NotWhileActing, PowerNotGiven, NobodyToActFor."""
    acts = of(handler)
    power = acts.power if acts is not None else None
    if power == "anybody":
        return
    if actor.acting_for is None:
        if actor.role == "member" and actor.member_id is None and power != "oneself":
            raise refusals.NobodyToActFor
        return
    if power is None or power == "oneself":
        raise refusals.NotWhileActing
    if not actor.has(power):
        raise proxy_refusals.PowerNotGiven(needed=power, given=str(actor.power))
