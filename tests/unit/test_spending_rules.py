"""The pure parts of spending: which hours are given, which lots expire or come back, what points are worth, whether a code pays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from flows.application import last_first
from wallets import expiry, origins, pay_codes, refusals
from wallets.origins import Earning, Origin

A, B, C = (UUID(int=0x0189_0000_0000_7000_8000_0000_0000_0000 + n) for n in (1, 2, 3))
NOW = datetime(2026, 5, 15, 3, 0, tzinfo=UTC)


class TestOrigins:
    def test_the_oldest_of_what_is_held_is_given(self) -> None:
        earned = [Earning(C, 60), Earning(B, 60)]  # the newest first; A was spent before
        assert origins.oldest_part(earned, balance=120, amount=90) == [Origin(C, 30), Origin(B, 60)]

    def test_what_was_spent_before_is_not_given_again(self) -> None:
        earned = [Earning(C, 60), Earning(B, 60)]
        assert origins.oldest_part(earned, balance=90, amount=30) == [Origin(B, 30)]

    def test_all_of_it(self) -> None:
        assert origins.oldest_part([Earning(A, 45)], balance=45, amount=45) == [Origin(A, 45)]

    def test_one_attendance_twice_is_one_origin(self) -> None:
        assert origins.oldest_part([Earning(A, 10), Earning(A, 20)], balance=30, amount=30) == [Origin(A, 30)]

    def test_what_came_from_no_attendance_is_left_out(self) -> None:
        assert origins.oldest_part([Earning(B, 10), Earning(None, 50)], balance=60, amount=60) == [Origin(B, 10)]

    def test_giving_in_steps_names_every_hour_once(self) -> None:
        earned = [Earning(C, 50), Earning(B, 30), Earning(A, 40)]
        given: dict[UUID, int] = {}
        for balance in range(120, 0, -15):
            for part in origins.oldest_part(earned, balance=balance, amount=15):
                given[part.attendance_id] = given.get(part.attendance_id, 0) + part.amount
        assert given == {A: 40, B: 30, C: 50}


class TestLots:
    def test_only_what_is_free_expires_the_earliest_first(self) -> None:
        parts = [expiry.Part(A, 30, date(2026, 3, 31)), expiry.Part(B, 50, date(2026, 4, 30))]
        kept = expiry.limited(parts, 60)
        assert [(part.lot_id, part.remaining) for part in kept] == [(A, 30), (B, 30)]

    @pytest.mark.parametrize("free", [0, -5])
    def test_nothing_is_free(self, free: int) -> None:
        assert expiry.limited([expiry.Part(A, 30, date(2026, 3, 31))], free) == []

    def test_what_comes_back_goes_where_it_was_taken_last(self) -> None:
        assert last_first([(C, 20), (B, 50), (A, 10)], 45) == ((C, 20), (B, 25))

    def test_all_comes_back(self) -> None:
        assert last_first([(B, 5), (A, 10)], 15) == ((B, 5), (A, 10))


class TestPayCode:
    CODE = pay_codes.IssuedPayCode(
        pay_code_id=A,
        member_id=B,
        unit_id=2,
        unit="pt",
        amount_max=500,
        issued_at=NOW,
        expires_at=NOW + timedelta(seconds=300),
        issued_by=C,
        session_id=None,
        used_at=None,
    )

    def test_pays_up_to_its_limit_until_its_last_second(self) -> None:
        pay_codes.check(self.CODE, unit="pt", amount=500, now=NOW + timedelta(seconds=299))

    def test_five_minutes_are_five_minutes(self) -> None:
        with pytest.raises(refusals.PayCodeExpired):
            pay_codes.check(self.CODE, unit="pt", amount=1, now=NOW + timedelta(seconds=300))

    def test_not_more_than_agreed(self) -> None:
        with pytest.raises(refusals.PayCodeTooSmall):
            pay_codes.check(self.CODE, unit="pt", amount=501, now=NOW)

    def test_not_another_unit(self) -> None:
        with pytest.raises(refusals.PayCodeOfOtherUnit):
            pay_codes.check(self.CODE, unit="yen", amount=1, now=NOW)
