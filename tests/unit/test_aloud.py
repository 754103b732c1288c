"""Numbers to be read aloud: one for one id, however it is typed; a slip of the tongue is no other number."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import pytest

from api import aloud
from kernel import ids
from qr import base32

KNOWN = UUID("0195c0de-0000-7000-8000-0123456789ab")


def test_a_number_is_made_of_the_id_alone_and_found_by_its_end() -> None:
    assert aloud.number(KNOWN) == aloud.number(str(KNOWN)) == "D2PF-2DBK"
    for each in ids.new_ids(200):
        assert aloud.read(aloud.number(each)) == each.int & (1 << aloud.TAIL_BITS) - 1
    assert len({aloud.number(each) for each in ids.new_ids(5_000)}) == 5_000


@pytest.mark.parametrize(
    "typed", ["d2pf2dbk", "Ｄ２ＰＦ－２ＤＢＫ", " D2PF 2DBK ", "D2PF-2DBK", "D2PFー2DBK", "d 2 p f – 2 d b k"]
)
def test_it_is_read_as_people_type_it(typed: str) -> None:
    assert aloud.read(typed) == KNOWN.int & (1 << aloud.TAIL_BITS) - 1


def test_what_is_heard_wrongly_is_no_number() -> None:
    said = aloud.number(KNOWN).replace("-", "")
    for place, right in enumerate(said):
        for wrong in base32.ALPHABET.replace(right, ""):
            assert aloud.read(said[:place] + wrong + said[place + 1 :]) is None
    for place, (one, other) in enumerate(pairwise(said)):
        if one != other:
            assert aloud.read(said[:place] + other + one + said[place + 2 :]) is None
    for nothing in ("", "D2PF", "D2PF-2DB", "D2PF-2DBK0", "D2PF-2DB*", str(KNOWN)):
        assert aloud.read(nothing) is None


def test_a_name_of_a_callers_own_stays() -> None:
    assert aloud.number("abc-123") == "abc-123"
