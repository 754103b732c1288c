"""An edition tried on what happened, in order: the same evaluator as in the main path, with the list itself as all of the past.

Nothing is known of a member before the list but what the document says of them. Points are held per member as grants with their
days, so that a claim, a year's end or a use takes from them as the book would: the earliest last day first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from rules import convert, ending, evaluate, known, trial_between, year_end, years
from rules import payout as payouts
from rules import trial_document as document
from rules.decision import Before, Decision, Facts, Step, Used, Window
from rules.payout import Holding
from rules.tally import Tally
from rules.trial_document import Member
from rules.trial_purse import Purse, Result, Told, of_member, plain
from rules.vocabulary.edition import Edition


class Trial:
    """One edition, or several of the same scheme (each decides from its first day on), and everything that has happened so far."""

    def __init__(self, edition: Edition, members: tuple[Member, ...], *, later: Sequence[Edition] = ()) -> None:
        self.edition = edition
        self._editions = sorted((edition, *later), key=lambda each: each.starts_on)
        self._members = {member.id: member for member in members}
        self._purses: dict[str, Purse] = {}
        self._used: dict[tuple[str | None, Window], int] = {}
        self._occasions: dict[tuple[str, str], Before] = {}
        self._granted: Tally[str] = Tally()

    def take_in(self, event: document.Event) -> Told:
        """What comes of the next event, by the edition of its day; `edition` is that one afterwards."""
        on = document.day_of(event)
        self.edition = next((each for each in reversed(self._editions) if each.starts_on <= on), self._editions[0])
        match event:
            case document.Attendance():
                return self._attendance(event)
            case document.Opening():
                return self._opening(event)
            case document.Claim():
                return self._claim(event)
            case document.YearEnd():
                return self._year_end(event)
            case document.Fee():
                member = None if event.member is None else self._purse(event.member).member
                return trial_between.fee(self.edition, member, event)
            case _:
                return trial_between.of_a_member(self.edition, self._purse(event.member), event)

    # --------------------------------------------------------------------------------------------------- earning

    def _attendance(self, event: document.Attendance) -> Told:
        purse = self._purse(event.member)
        facts = self._facts(event, purse.member)
        decision = evaluate.evaluate(self.edition, facts)
        asked = (window for edition in self._editions for window in evaluate.counted(edition, facts))
        for window in dict.fromkeys(asked) if decision.amount or decision.looked else ():
            self._count(event.member, window, evaluate.measured(window, decision))
        self._look(event, decision)
        self._granted.add(event.member, facts, decision)
        if decision.amount:
            purse.add(_granted(event, decision))
            self._remember(purse, event.occurred_on, decision.amount)
        result = Result(
            id=event.id,
            type="attendance",
            member=event.member,
            outcome=decision.outcome,
            reason=decision.reason,
            amount=decision.amount,
            unit=decision.unit,
            balance=purse.balance,
            trace=decision.trace,
            minutes=decision.minutes,
            expires_on=str(decision.expires_on) if decision.expires_on else None,
            funding=decision.funding,
            caps_hit=_caps_hit(decision),
            convertible=decision.can_be_converted,
            details=_details(decision),
        )
        return result, decision

    def _facts(self, event: document.Attendance, member: Member) -> Facts:
        """The facts of an attendance. Names become ids: the same name, the same id."""
        plain = Facts(
            attendance_id=_id("attendance", event.id),
            member_id=_id("member", event.member),
            activity_kind=event.activity_kind,
            role=event.role,
            occurred_on=event.occurred_on,
            minutes=event.minutes,
            evidence=event.evidence,
            flags=event.flags,
            granted_on=event.granted_on,
            registered_on=member.registered_on,
            site=event.site,
            client=event.client,
            event=event.event,
            book=event.book,
            marks=event.marks,
            counts=event.counts,
            measures=event.measures,
            holiday=event.holiday,
            started_minute=trial_between.minute_of(event.started_at),
            host_amount=event.host_amount,
            attested=event.attested,
            before=None if event.event is None else self._occasions.get((event.member, event.event)),
            household=member.household,
        )
        asked = evaluate.questions(self.edition, plain)
        recalled = frozenset(evaluate.recalled(self.edition, plain))
        used = tuple(self._answered(event.member, window, window in recalled) for window in evaluate.needs(self.edition, plain))
        return msgspec.structs.replace(plain, used=used, answers=known.answers(asked, member.facts, member.born_on))

    def _look(self, event: document.Attendance, decision: Decision) -> None:
        """Keeps what was looked at of an occasion, for whoever comes back to it."""
        if event.event is not None and decision.outcome != "ask" and decision.earned is not None:
            so_far = self._occasions.get((event.member, event.event)) or Before(0, 0)
            grown = Before(so_far.minutes + event.minutes, so_far.earned + decision.earned)
            self._occasions[event.member, event.event] = grown

    def _opening(self, event: document.Opening) -> Told:
        purse = self._purse(event.member)
        days = ending.Days(event.occurred_on, event.occurred_on, self.edition.year, purse.member.registered_on)
        last_day = ending.expires_on(self.edition, days)
        self._remember(purse, event.occurred_on, event.amount)
        purse.add(
            Holding(
                holding_id=event.id,
                occurred_on=event.occurred_on,
                granted_on=event.occurred_on,
                remaining=event.amount,
                expires_on=last_day,
            )
        )
        told = Step("held_before", {"amount": event.amount, "unit": self.edition.unit})
        return of_member(purse, plain(event, "held", event.amount, self.edition.unit, (told,))), None

    # ------------------------------------------------------------------------------------- converting, closing a year

    def _claim(self, event: document.Claim) -> Told:
        purse = self._purse(event.member)
        claim = self._claimed(event, purse)
        paid = convert.convert(self.edition, claim)
        purse.take(paid.taken)
        asked = (window for edition in self._editions for window in convert.needs(edition, claim))
        for window in dict.fromkeys(asked) if paid.outcome == "paid" else ():
            self._count(event.member, window, convert.measured(window, paid))
        result = Result(
            id=event.id,
            type="claim",
            member=event.member,
            outcome=paid.outcome,
            reason=paid.reason,
            amount=paid.value,
            unit=paid.unit,
            balance=purse.balance,
            trace=paid.trace,
            points=paid.points,
            lost=paid.lost,
            form=paid.form,
            payable_from=str(paid.payable_from) if paid.payable_from else None,
        )
        return result, paid

    def _claimed(self, event: document.Claim, purse: Purse) -> payouts.Claim:
        member = purse.member
        plain = payouts.Claim(
            claim_id=_id("claim", event.id),
            member_id=_id("member", event.member),
            claimed_on=event.claimed_on,
            holdings=tuple(purse.holdings),
            amount=event.amount,
            form=event.form,
            directed_to=event.directed_to,
            deductions=event.deductions,
            registered_on=member.registered_on,
            left_on=member.left_on,
            chosen=member.chosen,
        )
        asked = convert.questions(self.edition, plain)
        needs = convert.needs(self.edition, plain)
        used = tuple(self._answered(event.member, window, not convert.of_claims(window)) for window in needs)
        return msgspec.structs.replace(plain, used=used, answers=known.answers(asked, member.facts, member.born_on))

    def _year_end(self, event: document.YearEnd) -> Told:
        purse = self._purse(event.member)
        seen = payouts.YearEnd(
            member_id=_id("member", event.member),
            year_of=event.year_of,
            closed_on=event.closed_on,
            holdings=tuple(purse.holdings),
            registered_on=purse.member.registered_on,
            chosen=purse.member.chosen,
            left_on=purse.member.left_on,
        )
        closed = year_end.close(self.edition, seen)
        purse.take(closed.taken)
        result = plain(event, "closed", closed.lapsed, self.edition.unit, closed.trace)
        return msgspec.structs.replace(of_member(purse, result), details={"carried": closed.carried}), closed

    # --------------------------------------------------------------------------------------------------- the past

    def _purse(self, name: str) -> Purse:
        if name not in self._purses:
            self._purses[name] = Purse(self._members.get(name) or Member(id=name))
        return self._purses[name]

    def _remember(self, purse: Purse, on: date, amount: int) -> None:
        bounds = years.year_of(self.edition.year, on, purse.member.registered_on)
        if bounds is not None:
            begins = bounds[0].year
            purse.granted_by_year[begins] = purse.granted_by_year.get(begins, 0) + amount

    def _answered(self, member: str, window: Window, recalled: bool) -> Used:
        """What a window holds: counted up for caps and limits, or (`recalled`) looked up for a test."""
        if recalled:
            return Used(window, self._granted.used(member, window))
        return Used(window, self._used.get((None if window.everybody else member, window), 0))

    def _count(self, member: str, window: Window, added: int) -> None:
        key = (None if window.everybody else member, window)
        self._used[key] = self._used.get(key, 0) + added


def _id(kind: str, name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{kind}:{name}")


def _granted(event: document.Attendance, decision: Decision) -> Holding:
    return Holding(
        holding_id=event.id,
        occurred_on=event.occurred_on,
        granted_on=event.granted_on or event.occurred_on,
        remaining=decision.amount,
        convertible=decision.convertible,
        expires_on=decision.expires_on,
    )


def _caps_hit(decision: Decision) -> tuple[int, ...]:
    cut = {"cap_cut", "cap_reached", "convertible_cut"}
    return tuple(int(step.numbers["cap"]) for step in decision.trace if step.code in cut)


def _details(decision: Decision) -> dict[str, int | str]:
    beyond = sum(each.amount for each in decision.beyond)
    told = {"beyond": beyond, "draws": decision.draws}
    return {name: figure for name, figure in told.items() if figure}
