"""What holds for any claim, and a wrong rule that each such property would catch."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import hypothesis
import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kernel import canonical
from rules import claiming, convert, requirements
from rules.decision import Answer, Used, Window
from rules.payout import Claim, Payout
from rules.vocabulary.conversion import ClaimLimit, Exchange, Lots
from rules.vocabulary.edition import Edition
from tests.support import claim_strategies, claims
from tests.support.claims import claim, exchanging, holding, paid, tiers, told

UNSHRUNK = settings(phases=(Phase.generate,), database=None, max_examples=2000)
"""To find that there is a case, not the smallest one."""
Converter = Callable[[Edition, Claim], Payout]
listed = st.lists(claim_strategies.claims, min_size=1, max_size=6)


def exchange_of(rules: Edition) -> Exchange:
    assert isinstance(rules.conversion, Exchange)
    return rules.conversion


# ---------------------------------------------------------------------------------------------------------------- payouts


def whole(asked: Claim, payout: Payout) -> bool:
    """Whether a payout takes what it says, from what can be taken, and says why."""
    there = {each.holding_id: each.can_be_converted for each in asked.holdings}
    outcomes = (payout.outcome == "paid") == (payout.reason == "paid") == (payout.value > 0) == bool(payout.taken)
    amounts = sum(each.amount for each in payout.taken) == payout.points and 0 <= payout.lost <= payout.points
    return outcomes and amounts and all(0 < each.amount <= there[each.holding_id] for each in payout.taken)


def from_all_that_remains(rules: Edition, asked: Claim) -> Payout:
    """A wrong rule: it takes from a grant what could not be turned into money."""
    freed = tuple(msgspec.structs.replace(each, convertible=None) for each in asked.holdings)
    return convert.convert(rules, msgspec.structs.replace(asked, holdings=freed))


@given(st.one_of(claim_strategies.limited, claim_strategies.converting), claim_strategies.claims, st.booleans())
def test_a_payout_takes_what_it_says_from_what_can_be_taken(rules: Edition, asked: Claim, answered: bool) -> None:
    asked = told(rules, claims.answered(rules, asked) if answered else asked)
    assert whole(asked, convert.convert(rules, asked))


def test_a_rule_that_takes_what_is_not_convertible_is_caught() -> None:
    rules = exchanging()
    found = hypothesis.find(
        claim_strategies.claims, lambda asked: not whole(asked, from_all_that_remains(rules, asked)), settings=UNSHRUNK
    )
    assert whole(found, convert.convert(rules, found))


@given(claim_strategies.converting, claim_strategies.any_claims, st.lists(st.integers(), max_size=3), st.booleans())
def test_conversion_is_total_on_any_claim(rules: Edition, asked: Claim, used: list[int], answered: bool) -> None:
    first = next((form.code or form.form for form in exchange_of(rules).forms), None)
    seen = told(rules, claims.answered(rules, msgspec.structs.replace(asked, form=first)), *used) if answered else asked
    payout = convert.convert(rules, seen)
    assert payout.value >= 0
    assert payout.points == sum(each.amount for each in payout.taken)
    assert payout.trace


@given(st.one_of(claim_strategies.limited, claim_strategies.converting), claim_strategies.claims)
def test_a_payout_recomputes_from_the_canonical_bytes_that_were_kept(rules: Edition, asked: Claim) -> None:
    asked = told(rules, claims.answered(rules, asked))
    payout = convert.convert(rules, asked)
    kept = canonical.encode(payout)
    again = convert.convert(
        msgspec.json.decode(canonical.encode(rules), type=Edition), msgspec.json.decode(canonical.encode(asked), type=Claim)
    )
    assert again == payout == msgspec.json.decode(kept, type=Payout)
    assert canonical.encode(again) == kept


# ----------------------------------------------------------------------------------------------------------------- limits


def in_order(rules: Edition, asked: list[Claim], decide: Converter) -> list[tuple[Claim, Payout]]:
    """Each claim with what was paid before it, as those who keep the book count."""
    used: dict[tuple[UUID | None, Window], int] = {}
    done: list[tuple[Claim, Payout]] = []
    for each in asked:
        keys = [((None if window.everybody else each.member_id), window) for window in convert.needs(rules, each)]
        seen = msgspec.structs.replace(each, used=tuple(Used(window, used.get((who, window), 0)) for who, window in keys))
        payout = decide(rules, seen)
        for who, window in keys:
            used[who, window] = used.get((who, window), 0) + convert.measured(window, payout)
        done.append((each, payout))
    return done


def limit_of(limit: ClaimLimit, asked: Claim) -> int:
    return max(0, limit.limit - sum(asked.deductions.get(code, 0) for code in limit.minus))


def within_limits(rules: Edition, asked: list[Claim], decide: Converter) -> bool:
    """Whether all that was paid in a period stays within each limit, as each claim that was paid saw it; a limit for some alone
    counts what others claim too, and does not hold them back."""
    done = in_order(rules, asked, decide)
    for limit in exchange_of(rules).limits:
        alone = msgspec.structs.replace(exchange_of(rules), limits=(limit,))
        one = msgspec.structs.replace(rules, conversion=alone)
        sums: dict[tuple[UUID | None, Window], int] = {}
        for each, payout in done:
            for window in convert.needs(one, each)[:1] if payout.outcome == "paid" else ():
                key = (None if window.everybody else each.member_id), window
                sums[key] = sums.get(key, 0) + convert.measured(window, payout)
                applies = requirements.require(limit.who, claiming.seen(rules, each)).holds
                if applies and sums[key] > limit_of(limit, each):
                    return False
    return True


def forgetful(rules: Edition, asked: Claim) -> Payout:
    """A wrong rule: it looks at each claim as if nothing had been paid before."""
    return convert.convert(rules, told(rules, asked))


of_two = st.lists(
    st.builds(lambda asked, n: msgspec.structs.replace(asked, member_id=UUID(int=n)), claim_strategies.claims, st.integers(1, 2)),
    max_size=6,
)


@given(claim_strategies.limited, of_two, st.randoms(use_true_random=False))
def test_no_limit_is_exceeded_under_any_order_of_claims(rules: Edition, asked: list[Claim], chance) -> None:
    assert within_limits(rules, asked, convert.convert)
    chance.shuffle(asked)
    assert within_limits(rules, asked, convert.convert)


def test_a_rule_that_forgets_what_was_paid_is_caught() -> None:
    rules = exchanging(limits=(claims.limit(500),))
    found = hypothesis.find(of_two, lambda asked: not within_limits(rules, asked, forgetful), settings=UNSHRUNK)
    assert len(found) >= 2
    assert within_limits(rules, found, convert.convert)


# ------------------------------------------------------------------------------------------------------ parts and wholes


def in_two_parts(rules: Edition, first: int, second: int) -> tuple[int, int]:
    """What two claims pay, and what one of both together pays: what the first leaves is there for the second."""
    one = paid(rules, first)
    left = first - one.points
    return one.value + paid(rules, second, *([left] if left else [])).value, paid(rules, first, second).value


kept_steps = st.builds(lambda rate: exchanging(rate=rate), claim_strategies.steps)
counts = st.integers(0, 500)


@given(kept_steps, counts, counts)
def test_claiming_in_two_parts_pays_what_claiming_at_once_pays_where_the_rest_is_kept(
    rules: Edition, first: int, second: int
) -> None:
    parts, together = in_two_parts(rules, first, second)
    assert parts == together


def test_a_table_may_pay_more_for_two_claims_than_for_one() -> None:
    """So a scheme with a table says how often one can claim."""
    parts, together = in_two_parts(exchanging(rate=tiers((10, 1000), (20, 1500))), 10, 10)
    assert (parts, together) == (2000, 1500)


def test_a_rule_that_loses_the_rest_is_caught_by_claiming_in_parts() -> None:
    rules = exchanging(rate=Lots(lot=10, get=1000), remainder="lost")
    found = hypothesis.find(st.tuples(counts, counts), lambda two: in_two_parts(rules, *two)[0] < in_two_parts(rules, *two)[1])
    assert sum(found) >= 10


@given(claim_strategies.unlimited, counts, counts)
def test_more_points_are_never_worth_less(rules: Edition, held: int, more: int) -> None:
    fewer, many = paid(rules, held), paid(rules, held + more)
    assert many.value >= fewer.value
    if exchange_of(rules).remainder == "kept":
        assert fewer.lost == many.lost == 0


@given(claim_strategies.unlimited, counts)
def test_what_is_kept_would_have_made_no_more(rules: Edition, held: int) -> None:
    payout = paid(rules, held)
    if exchange_of(rules).remainder == "kept" and payout.points:
        assert paid(rules, payout.points).value == payout.value


# ---------------------------------------------------------------------------------------------------------- what is asked


def stands(rules: Edition, decide: Converter, asked: Claim, known: tuple[Answer, ...], some: tuple[Answer, ...]) -> bool:
    """Whether what is decided with `some` of the answers is decided alike with all of them that are `known`."""
    early = decide(rules, msgspec.structs.replace(asked, answers=some))
    late = decide(rules, msgspec.structs.replace(asked, answers=known))
    return early.outcome == "ask" or (early.outcome, early.value, early.taken) == (late.outcome, late.value, late.taken)


@given(claim_strategies.converting, claim_strategies.claims, st.data())
def test_an_answer_never_turns_a_payout_around(rules: Edition, asked: Claim, data) -> None:
    """What is not known yet is asked: filling it in decides what was asked, and nothing that was decided."""
    form = data.draw(st.sampled_from([None, *(each.code or each.form for each in exchange_of(rules).forms)]))
    asked = told(rules, msgspec.structs.replace(asked, form=form))
    known = tuple(Answer(question, data.draw(st.booleans()), "drawn") for question in convert.questions(rules, asked))
    some = tuple(each for each in known if data.draw(st.booleans()))
    assert stands(rules, convert.convert, asked, known, some)


def guessing(rules: Edition, asked: Claim) -> Payout:
    """A wrong rule: what nobody answered it takes for a yes."""
    told_of = {answer.question for answer in asked.answers}
    guessed = (Answer(each, yes=True) for each in convert.questions(rules, asked) if each not in told_of)
    return convert.convert(rules, msgspec.structs.replace(asked, answers=(*asked.answers, *guessed)))


def test_a_rule_that_guesses_is_caught() -> None:
    def turned(drawn: tuple[Edition, Claim]) -> bool:
        rules, asked = drawn[0], told(*drawn)
        known = tuple(Answer(each, yes=False) for each in convert.questions(rules, asked))
        return not stands(rules, guessing, asked, known, ())

    rules, asked = hypothesis.find(st.tuples(claim_strategies.converting, claim_strategies.claims), turned, settings=UNSHRUNK)
    assert convert.questions(rules, asked)


def test_holdings_of_one_name_are_told_apart_by_their_place() -> None:
    asked = claim(holding("same", 3), holding("same", 4))
    assert convert.convert(exchanging(), asked).points == 7
