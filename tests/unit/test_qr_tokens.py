from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qr import keys, refusals, tokens

MASTER = b"a master secret of 32 bytes or more"
TOWN = keys.of_municipality(MASTER, 131016)
STEP_START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a step begins with every half minute
CHANCE = bytes(range(10))
VENUE_MAX = 2**40 - 1


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


# ------------------------------------------------------------------------------------------------------- random tokens


def test_a_random_token_is_spelled_in_16_symbols_and_read_back() -> None:
    card = tokens.new_card(CHANCE)
    assert card.text == "000G40R40M30E209"
    assert tokens.open_card(card.text) == card
    assert tokens.open_card(card.text.lower().replace("0", "o")) == card
    assert tokens.open_poster(card.text) == tokens.new_poster(CHANCE)
    assert tokens.open_pay_code(card.text) == tokens.new_pay_code(CHANCE)


def test_the_same_bits_are_another_token_in_another_kind() -> None:
    card, poster, pay_code = tokens.new_card(CHANCE), tokens.new_poster(CHANCE), tokens.new_pay_code(CHANCE)
    assert card.text == poster.text == pay_code.text
    assert card != poster
    fingerprints = {tokens.fingerprint(token) for token in (card, poster, pay_code)}
    assert len(fingerprints) == 3
    assert {len(fingerprint) for fingerprint in fingerprints} == {32}
    # Stored fingerprints must be found again by every later version of this code.
    assert tokens.fingerprint(card).hex() == "52ea5dd05b930465485c53e8e1bdc7de0aa13b1ae4f6bba80592943df83703cf"


@pytest.mark.parametrize("chance", [b"", bytes(9), bytes(11)])
def test_chance_of_another_size_is_a_fault(chance: bytes) -> None:
    for make in (tokens.new_card, tokens.new_poster, tokens.new_pay_code):
        with pytest.raises(ValueError, match="10 bytes"):
            make(chance)


@pytest.mark.parametrize(("text", "reason"), [("0" * 15, "length"), ("0" * 17, "length"), ("U" * 16, "symbol"), ("", "length")])
def test_a_random_token_of_another_form_is_refused(text: str, reason: str) -> None:
    for read in (tokens.open_card, tokens.open_poster, tokens.open_pay_code):
        with pytest.raises(refusals.UnreadableCode) as refused:
            read(text)
        assert refused.value.reason == reason


def test_no_token_is_shown() -> None:
    card = tokens.new_card(CHANCE)
    assert repr(card) == "CardToken()"
    assert card.text not in repr(tokens.read(f"C/{card.text}"))


# -------------------------------------------------------------------------------------------------------- venue's code


@pytest.mark.parametrize("venue", [0, 1, 77, VENUE_MAX])
def test_a_venue_code_opens_to_what_was_minted(venue: int) -> None:
    text = tokens.mint_venue(venue, TOWN, STEP_START + seconds(12.5))
    assert len(text) == 28
    opened = tokens.open_venue(text, TOWN, STEP_START + seconds(20))
    assert (opened.venue, opened.minted_at) == (venue, STEP_START)
    assert opened.step == STEP_START.timestamp() // 30


def test_a_venue_code_changes_with_the_step_alone() -> None:
    def minted(after: float) -> str:
        return tokens.mint_venue(77, TOWN, STEP_START + seconds(after))

    assert minted(0) == minted(29.999999)
    assert minted(0) != minted(30)
    assert minted(0) != minted(-0.000001)


@pytest.mark.parametrize("after", [-30, 0, 29.999999, 30, 60, 89, 89.999999])
def test_a_venue_code_is_taken_for_three_steps_and_one_step_early(after: float) -> None:
    text = tokens.mint_venue(77, TOWN, STEP_START)
    assert tokens.open_venue(text, TOWN, STEP_START + seconds(after)).venue == 77


@pytest.mark.parametrize("after", [90, 90.000001, 600, 10**9])
def test_a_venue_code_expires_after_ninety_seconds(after: float) -> None:
    text = tokens.mint_venue(77, TOWN, STEP_START + seconds(29.9))
    with pytest.raises(refusals.ExpiredCode) as refused:
        tokens.open_venue(text, TOWN, STEP_START + seconds(after))
    assert refused.value.expired_at == STEP_START + seconds(90)


@pytest.mark.parametrize("before", [30.000001, 31, 10**9])
def test_a_venue_code_from_a_later_step_is_early(before: float) -> None:
    text = tokens.mint_venue(77, TOWN, STEP_START)
    with pytest.raises(refusals.EarlyCode) as refused:
        tokens.open_venue(text, TOWN, STEP_START - seconds(before))
    assert refused.value.valid_from == STEP_START - seconds(30)


@pytest.mark.parametrize("venue", [-1, VENUE_MAX + 1])
def test_a_venue_number_beyond_40_bits_is_a_fault(venue: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        tokens.mint_venue(venue, TOWN, STEP_START)


def test_a_time_without_a_zone_is_a_fault() -> None:
    with pytest.raises(TypeError):
        tokens.mint_venue(77, TOWN, STEP_START.replace(tzinfo=None))


def test_keys_rotate_while_codes_are_in_use() -> None:
    before, after = keys.of_municipality(MASTER, 131016, 4), keys.of_municipality(MASTER, 131016, 5)
    later = keys.of_municipality(MASTER, 131016, 6)
    text = tokens.mint_venue(77, before, STEP_START)
    seen = tokens.open_venue(text, after, STEP_START)
    claim = tokens.mint_claim(seen, before, STEP_START)
    assert tokens.open_claim(claim, after, STEP_START).venue == 77
    with pytest.raises(refusals.ForgedCode):
        tokens.open_venue(text, later, STEP_START)
    with pytest.raises(refusals.ForgedCode):
        tokens.open_claim(claim, later, STEP_START)


def test_another_town_opens_nothing() -> None:
    other = keys.of_municipality(MASTER, 131024)
    text = tokens.mint_venue(77, other, STEP_START)
    claim = tokens.mint_claim(tokens.open_venue(text, other, STEP_START), other, STEP_START)
    with pytest.raises(refusals.ForgedCode):
        tokens.open_venue(text, TOWN, STEP_START)
    with pytest.raises(refusals.ForgedCode):
        tokens.open_claim(claim, TOWN, STEP_START)


# --------------------------------------------------------------------------------------------------------------- claim


def claimed(opened_at: datetime, holder: bytes = b"") -> str:
    seen = tokens.open_venue(tokens.mint_venue(77, TOWN, STEP_START), TOWN, STEP_START)
    return tokens.mint_claim(seen, TOWN, opened_at, holder=holder)


def test_a_claim_opens_to_what_was_seen() -> None:
    opened_at = STEP_START + seconds(80)
    text = claimed(opened_at + seconds(0.7))
    assert len(text) == tokens.CLAIM_SYMBOLS == 48
    claim = tokens.open_claim(text, TOWN, opened_at + seconds(60))
    assert claim == tokens.Claim(venue=77, step=int(STEP_START.timestamp()) // 30, opened_at=opened_at)


@pytest.mark.parametrize("after", [-30, 0, 599, 599.999999])
def test_a_claim_is_taken_for_ten_minutes(after: float) -> None:
    assert tokens.open_claim(claimed(STEP_START), TOWN, STEP_START + seconds(after)).venue == 77


@pytest.mark.parametrize("after", [600, 600.000001, 10**9])
def test_a_claim_expires_after_ten_minutes(after: float) -> None:
    with pytest.raises(refusals.ExpiredCode) as refused:
        tokens.open_claim(claimed(STEP_START), TOWN, STEP_START + seconds(after))
    assert refused.value.expired_at == STEP_START + seconds(600)


def test_a_claim_from_the_future_is_early() -> None:
    with pytest.raises(refusals.EarlyCode) as refused:
        tokens.open_claim(claimed(STEP_START), TOWN, STEP_START - seconds(30.000001))
    assert refused.value.valid_from == STEP_START - seconds(30)


def test_a_claim_serves_its_holder_alone() -> None:
    text = claimed(STEP_START, holder=b"hana")
    assert tokens.open_claim(text, TOWN, STEP_START, holder=b"hana").venue == 77
    for holder in (b"", b"taro", b"hana "):
        with pytest.raises(refusals.ForgedCode):
            tokens.open_claim(text, TOWN, STEP_START, holder=holder)


def test_a_claim_is_no_venue_code_and_a_venue_code_no_claim() -> None:
    venue, claim = tokens.mint_venue(77, TOWN, STEP_START), claimed(STEP_START)
    for text in (claim, claim[:28], claim[:15] + claim[-13:], claim[:15] + claim[22:35]):
        with pytest.raises((refusals.UnreadableCode, refusals.ForgedCode)):
            tokens.open_venue(text, TOWN, STEP_START)
    for text in (venue, venue + "0" * 20, venue[:15] + claim[15:22] + venue[15:] * 2):
        with pytest.raises((refusals.UnreadableCode, refusals.ForgedCode)):
            tokens.open_claim(text, TOWN, STEP_START)
