"""What holds for any year end and for any fee, and a wrong rule that each such property would catch."""

from __future__ import annotations

import hypothesis
import msgspec
from hypothesis import Phase, given, settings

from kernel import canonical
from rules import charging, year_end
from rules.charging import Charged, Occurrence
from rules.payout import Closing, Taken, YearEnd
from rules.vocabulary.between import Fee
from rules.vocabulary.earning import PerTime
from rules.vocabulary.edition import Edition
from tests.support import claim_strategies
from tests.support.editions import edition

UNSHRUNK = settings(phases=(Phase.generate,), database=None, max_examples=2000)
"""To find that there is a case, not the smallest one."""

# -------------------------------------------------------------------------------------------------------------- year ends


def balanced(ended: YearEnd, closing: Closing) -> bool:
    """Whether what lapses and what is carried are together what is held of the years that were looked at, and each grant once."""
    there = {each.holding_id: each.remaining for each in ended.holdings}
    names = [each.holding_id for each in closing.taken]
    held = sum(each.remaining for each in ended.holdings)
    looked = closing.trace[0].numbers.get("amount", held) if closing.trace else held
    return (
        closing.carried >= 0
        and closing.lapsed == sum(each.amount for each in closing.taken)
        and closing.carried + closing.lapsed == looked
        and len(names) == len(set(names))
        and all(0 < each.amount <= there[each.holding_id] for each in closing.taken)
    )


def twice(rules: Edition, ended: YearEnd) -> Closing:
    """A wrong rule: what has expired lapses again because it is not carried."""
    closing = year_end.close(rules, ended)
    expired = tuple(
        Taken(each.holding_id, each.remaining)
        for each in ended.holdings
        if each.remaining and each.expires_on is not None and each.expires_on < ended.closed_on
    )
    taken = (*expired, *closing.taken)
    return msgspec.structs.replace(closing, taken=taken, lapsed=sum(each.amount for each in taken))


@given(claim_strategies.closing, claim_strategies.years_closed)
def test_what_is_carried_and_what_lapses_are_all_that_was_held(rules: Edition, ended: YearEnd) -> None:
    closing = year_end.close(rules, ended)
    assert balanced(ended, closing)
    again = year_end.close(rules, msgspec.json.decode(canonical.encode(ended), type=YearEnd))
    assert again == closing == msgspec.json.decode(canonical.encode(closing), type=Closing)


def test_a_rule_that_lets_something_lapse_twice_is_caught() -> None:
    rules = edition()
    found = hypothesis.find(
        claim_strategies.years_closed, lambda ended: not balanced(ended, twice(rules, ended)), settings=UNSHRUNK
    )
    assert balanced(found, year_end.close(rules, found))


@given(claim_strategies.closing, claim_strategies.any_years_closed)
def test_closing_a_year_is_total(rules: Edition, ended: YearEnd) -> None:
    closing = year_end.close(rules, ended)
    assert closing.carried >= 0
    assert closing.lapsed >= 0


# ------------------------------------------------------------------------------------------------------------------- fees


def fair(rules: Edition, due: Charged) -> bool:
    """Whether nothing less than nothing is owed, and tickets cover it with none too many."""
    values = [fee.ticket.value for fee in rules.fees if fee.ticket is not None]
    covered = not due.tickets or any(due.tickets * value >= due.amount > (due.tickets - 1) * value for value in values)
    return due.amount >= 0 <= due.expenses and (due.outcome == "due") == (due.total > 0) == (due.reason == "due") and covered


def rebated(rules: Edition, occurrence: Occurrence) -> Charged:
    """A wrong rule: what travel cost is taken off what is owed."""
    due = charging.charge(rules, occurrence)
    return msgspec.structs.replace(due, amount=due.amount - abs(occurrence.expenses), expenses=0)


@given(claim_strategies.charging, claim_strategies.any_occurrences)
def test_a_fee_is_never_negative_and_its_tickets_cover_it(rules: Edition, occurrence: Occurrence) -> None:
    due = charging.charge(rules, occurrence)
    assert fair(rules, due)
    assert due == msgspec.json.decode(canonical.encode(due), type=Charged)
    assert len(set(charging.questions(rules, occurrence))) == len(charging.questions(rules, occurrence))


def test_a_rule_that_pays_the_receiver_is_caught() -> None:
    tariff = PerTime(amount=200, every_minutes=30, rounding="up", minimum_minutes=0)
    rules = edition(fees=(Fee(activity_kinds=("*",), unit="yen", tariff=tariff, expenses="separate"),))
    found = hypothesis.find(
        claim_strategies.any_occurrences, lambda seen: not fair(rules, rebated(rules, seen)), settings=UNSHRUNK
    )
    assert fair(rules, charging.charge(rules, found))
