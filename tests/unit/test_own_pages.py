"""What a member's pages choose from what they read: the usual help again, and the one thing to do now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from activities.agenda import Place
from activities.matches import Match
from activities.needs import Need
from flows import own_day, own_help
from flows.own_day import Helping, Visit
from flows.own_help import Agreed

NOW = datetime(2026, 5, 11, 0, 0, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def need(nth: int = 1, **changes: Any) -> Need:
    plain: dict[str, Any] = {
        "need_id": UUID(int=nth),
        "member_id": UUID(int=9),
        "kind": "garden",
        "note": None,
        "starts_at": NOW - 3 * WEEK,
        "minutes": 60,
        "payer": "receiver",
        "pay_unit_id": 1,
        "pay_per_hour": 60,
        "state": "matched",
    }
    return Need(**(plain | changes))


def visit(hours_ahead: int, came: bool = False, left: bool = False) -> Visit:
    starts_at = NOW + hours_ahead * HOUR
    place = Place(
        slot_id=UUID(int=hours_ahead + 100),
        kind="salon",
        title="サロン",
        place="公民館",
        organisation="会",
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        capacity=9,
        taken=1,
        closed_at=None,
        booking_id=UUID(int=1),
        role="helper",
    )
    return Visit(place, starts_at if came else None, NOW if left else None)


def helping(hours_ahead: int, side: Any = "helper", answered: bool = True, began: bool = False) -> Helping:
    match = Match(
        match_id=UUID(int=hours_ahead + 200),
        need_id=UUID(int=1),
        receiver_id=UUID(int=1),
        helper_id=UUID(int=2),
        starts_at=NOW + hours_ahead * HOUR,
        minutes_planned=60,
        minutes_max=90,
        payer="receiver",
        pay_unit_id=1,
        pay_per_hour=60,
        kind="garden",
        helper_answer="accept" if answered else None,
        receiver_answer="accept" if answered else None,
        ended=None,
    )
    return Helping(Agreed(match=match, side=side, note=None, other=None), NOW if began else None)


def test_the_usual_comes_again_on_the_same_weekday_at_the_same_hour() -> None:
    (found,) = own_help.usual([need(2), need(1, starts_at=NOW - 4 * WEEK)], NOW)
    assert (found.need.need_id, found.starts_at) == (UUID(int=2), NOW + WEEK)
    assert own_help.usual([need(starts_at=NOW - 3 * WEEK + 13 * HOUR)], NOW)[0].starts_at == NOW + 13 * HOUR


def test_the_usual_is_the_week_after_where_it_is_asked_for_already() -> None:
    asked = [need(3, starts_at=NOW + 2 * WEEK, state="open"), need(2, starts_at=NOW + WEEK), need(1)]
    (found,) = own_help.usual(asked, NOW)
    assert found.starts_at == NOW + 3 * WEEK


def test_what_was_taken_back_or_paid_by_the_pot_is_not_the_usual_and_there_are_three_at_most() -> None:
    assert own_help.usual([need(state="withdrawn"), need(payer="pot")], NOW) == []
    asked = [need(nth, kind=kind) for nth, kind in enumerate(["garden", "walk", "talk", "cleaning"], start=1)]
    assert [each.need.kind for each in own_help.usual(asked, NOW)] == ["garden", "walk", "talk"]


def test_what_has_begun_comes_before_what_begins_and_that_before_questions() -> None:
    ladder = [
        ("finish", [visit(0, came=True)], []),
        ("finish_help", [], [helping(0, began=True)]),
        ("help_now", [], [helping(1)]),
        ("helped_now", [], [helping(1, side="receiver")]),
        ("come", [visit(1)], []),
        ("answer", [], [helping(48, answered=False)]),
        ("look_forward", [visit(48)], []),
        ("join", [], []),
    ]
    for nth, (step, visits, agreed) in enumerate(ladder):
        below = ladder[nth + 1 :]
        more_visits = [each for _, found, _ in below for each in found]
        more_agreed = [each for name, _, found in below for each in found if name != "helped_now"]
        found = own_day.next_step([*more_visits, *visits], [*more_agreed, *agreed], NOW)
        assert found.what == step


def test_who_came_and_went_has_nothing_left_to_do_there() -> None:
    assert own_day.next_step([visit(-1, came=True, left=True)], [], NOW).what == "join"
