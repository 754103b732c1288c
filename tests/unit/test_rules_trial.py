"""A rule book tried on people and events in order: what each event does to what a member holds, and what is known of whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from rules import trial_document
from rules.refusals import UnreadableFacts
from rules.trial import Trial
from rules.trial_document import FactsDocument
from rules.trial_purse import Result
from rules.vocabulary.between import Award, Fee, Ticket, Use
from rules.vocabulary.conversion import Lots
from rules.vocabulary.earning import PerTime
from rules.vocabulary.ending import AfterDeath, CarryNone, EndOfFiscalYear
from rules.vocabulary.part import Text
from rules.vocabulary.person import Age, Residence
from tests.support.editions import cap, edition, exchange

HANAKO = {"id": "hanako", "born_on": "1950-05-10"}


def attendance(number: int = 1, **changes: Any) -> dict[str, Any]:
    plain = {"member": "hanako", "activity_kind": "salon", "role": "helper", "occurred_on": "2026-05-10", "minutes": 120}
    return {"type": "attendance", "id": f"a{number}", "evidence": 3} | plain | changes


def opening(amount: int, occurred_on: str = "2026-05-01", name: str = "o") -> dict[str, Any]:
    return {"type": "opening", "id": name, "member": "hanako", "amount": amount, "occurred_on": occurred_on}


def tried(rules: Any, *events: dict[str, Any], members: tuple[dict[str, Any], ...] = ({"id": "hanako"},)) -> list[Result]:
    document = msgspec.convert({"members": members, "events": events}, FactsDocument)
    trial = Trial(rules, document.members)
    return [trial.take_in(event)[0] for _, _, event in document.in_order()]


def test_caps_count_across_the_list_for_each_member_and_place_of_their_own() -> None:
    rules = edition(caps=(cap(3, per="month", for_each=("member", "site")),))
    here, there = {"site": "north"}, {"site": "south"}
    results = tried(
        rules, attendance(1, **here), attendance(2, **here), attendance(3, **there), attendance(4, **here, member="taro")
    )
    assert [result.amount for result in results] == [2, 1, 2, 2]
    assert [result.caps_hit for result in results] == [(), (1,), (), ()]
    assert [result.balance for result in results] == [2, 3, 5, 2]


def test_a_limit_of_a_household_counts_all_of_it() -> None:
    rules = edition(caps=(cap(3, per="scheme", for_each=("household",)),))
    people = tuple({"id": name, "household": home} for name, home in (("hanako", "sato"), ("taro", "sato"), ("jiro", "ito")))
    results = tried(rules, attendance(1), attendance(2, member="taro"), attendance(3, member="jiro"), members=people)
    assert [result.amount for result in results] == [2, 1, 2]
    assert tried(rules, attendance(1))[0].reason == "household_unknown"


def test_who_comes_back_to_an_event_continues_one_visit() -> None:
    rules = edition(earn=PerTime(amount=1, every_minutes=60, rounding="down", minimum_minutes=0))
    at = {"event": "salon", "minutes": 50}
    results = tried(rules, attendance(1, **at), attendance(2, **at), attendance(3, **at), attendance(4, member="taro", **at))
    assert [(result.amount, result.reason) for result in results] == [
        (0, "rounded_to_nothing"),
        (1, "granted"),
        (1, "granted"),
        (0, "rounded_to_nothing"),
    ]
    assert tried(rules, attendance(1, minutes=50), attendance(2, minutes=50))[1].amount == 0


def test_a_limit_of_all_together_counts_everybody() -> None:
    rules = edition(caps=(cap(3, per="scheme", for_each=()),))
    assert [result.amount for result in tried(rules, attendance(1), attendance(2, member="taro"))] == [2, 1]


def test_a_birth_date_answers_an_age_and_what_nobody_said_is_asked() -> None:
    rules = edition(
        eligibility=(Age(at_least=65, counted_on="fiscal_year_start"), Residence(how=("lives",), counted_on="the_day")),
    )
    said = {"facts": [{"fact": "lives", "yes": True, "source": "register"}]}
    members = (
        {"id": "hanako"},
        {"id": "taro"} | said,
        {"id": "jiro", "born_on": "1961-04-02"} | said,
        HANAKO | {"id": "yone"} | said,
    )
    results = tried(
        rules, *(attendance(n, member=name) for n, name in enumerate(("hanako", "taro", "jiro", "yone"))), members=members
    )
    assert [(result.outcome, result.reason) for result in results] == [
        ("ask", "age_unknown"),
        ("ask", "age_unknown"),
        ("nothing", "age_required"),
        ("granted", "granted"),
    ]


def test_a_claim_takes_whole_lots_oldest_first_and_leaves_the_rest() -> None:
    rules = edition(conversion=exchange(rate=Lots(lot=10, get=1000), minimum=10))
    claim = {"type": "claim", "member": "hanako", "claimed_on": "2026-09-01"}
    results = tried(rules, opening(27), claim | {"id": "c1"}, claim | {"id": "c2"})
    assert [(r.outcome, r.amount, r.points, r.balance) for r in results[1:]] == [("paid", 2000, 20, 7), ("nothing", 0, 0, 7)]
    assert results[2].reason == "below_minimum_claim"


def test_a_year_end_lets_lapse_what_is_not_carried() -> None:
    rules = edition(carry=CarryNone(), expiry=EndOfFiscalYear(years_later=1, counted_from="activity"))
    closed = {"type": "year_end", "id": "y", "member": "hanako", "year_of": "2026-05-01", "closed_on": "2027-04-01"}
    result = tried(rules, opening(7), opening(5, "2027-04-01", "o2"), closed)[-1]
    assert (result.amount, result.details, result.balance) == (7, {"carried": 0}, 5)


def test_hours_are_spent_for_a_parent_and_passed_on_to_nobody() -> None:
    rules = edition(
        uses=(Use(what="help", give=60, get=60, into="minute", also_for=("parent",)),),
        transfer=AfterDeath(relations=("spouse",)),
    )
    use = {"type": "use", "id": "u", "member": "hanako", "what": "help", "amount": 120, "used_on": "2026-06-01"}
    passed = {"type": "transfer", "id": "t", "member": "hanako", "amount": 60, "transferred_on": "2026-06-02"}
    results = tried(rules, opening(300), use | {"for_whom": "parent"}, passed, use | {"id": "u2", "amount": 240})
    assert [(r.outcome, r.reason, r.balance) for r in results[1:]] == [
        ("allowed", "used", 180),
        ("refused", "transfer_after_death_only", 180),
        ("refused", "not_enough_held", 180),
    ]


def test_a_fee_tells_its_tickets() -> None:
    tariff = PerTime(amount=200, every_minutes=30, rounding="up", minimum_minutes=0)
    fee = Fee(activity_kinds=("*",), unit="yen", tariff=tariff, expenses="separate", ticket=Ticket(value=200, per_book=5))
    occurred = {"type": "fee", "id": "f", "activity_kind": "help", "occurred_on": "2026-06-01", "minutes": 70, "expenses": 150}
    (result,) = tried(edition(fees=(fee,)), occurred)
    assert (result.amount, result.unit) == (750, "yen")
    assert result.details == {"fee": 600, "expenses": 150, "tickets": 3, "books": 1}


def test_years_in_a_row_earn_an_award() -> None:
    rules = edition(
        awards=(Award(name=Text(ja="感謝状", en="Thanks"), at_least=10, years_in_a_row=2),), starts_on=date(2020, 4, 1)
    )
    asked = {"type": "award", "member": "hanako"}
    results = tried(
        rules,
        opening(10, "2024-05-01", "o1"),
        asked | {"id": "w1", "on": "2024-06-01"},
        opening(10, "2025-05-01", "o2"),
        asked | {"id": "w2", "on": "2025-06-01"},
    )
    assert [results[1].outcome, results[3].outcome] == ["nothing", "awarded"]


def test_who_may_register_is_told_by_what_is_known() -> None:
    early = Age(at_least=65, counted_on="the_day", months_early=1)
    asked = {"type": "registration", "member": "hanako", "id": "r"}
    rules = edition(registration=(early,))
    born = ({"id": "hanako", "born_on": "1961-05-10"},)
    outcomes = [tried(rules, asked | {"on": on}, members=born)[0].outcome for on in ("2026-04-09", "2026-04-10")]
    assert outcomes == ["refused", "allowed"]
    assert tried(rules, asked | {"on": "2026-04-10"})[0].outcome == "ask"


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (b'{"events":[{"type":"party","id":"x"}]}', "Invalid value 'party'"),
        (b'{"members":[{"id":"a"},{"id":"a"}]}', "the id 'a' is there twice - at `$.members[1].id`"),
        (b'{"members":[{"id":"a","born_on":"long ago"}]}', "Invalid RFC3339"),
        (b'{"people":[]}', "unknown field `people`"),
        (b'{"attendances":[{"id":"x"}]}', "missing required field `member`"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_the_place(document: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFacts) as refused:
        trial_document.read(document)
    assert problem in refused.value.problem


def test_of_two_uses_of_one_name_the_event_chooses() -> None:
    uses = (Use(what="goods", give=10, get=1, into="rice"), Use(what="goods", give=20, get=1, into="tea"))
    bought = {"type": "use", "member": "hanako", "what": "goods", "amount": 20, "used_on": "2026-06-01"}
    results = tried(edition(uses=uses), opening(40), bought | {"id": "u1", "into": "tea"}, bought | {"id": "u2", "into": "rice"})
    assert [(r.details["gets"], r.details["into"]) for r in results[1:]] == [(1, "tea"), (2, "rice")]
