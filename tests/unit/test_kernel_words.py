"""What people type, how the world says no, what time it is and what the service is told."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import clock, refusal, settings, text

# ----------------------------------------------------------------------------------------------------------------- text


def test_text_is_tidied() -> None:
    assert text.clean("name", "  か\u3099きくけこ \n") == "がきくけこ"


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\u2066", "\ufeff", "\u2028", "\x85", "\ud800", "\t", "\n", "\r"])
def test_what_hides_or_reorders_is_refused(hidden: str) -> None:
    with pytest.raises(text.UnreadableText) as refused:
        text.clean("name", f"山田{hidden}花子")
    assert refused.value.facts() == {"field": "name", "character": f"U+{ord(hidden):04X}"}


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "\u3000"])
def test_an_empty_text_is_refused(empty: str) -> None:
    with pytest.raises(text.TextMissing):
        text.clean("name", empty)


def test_a_text_may_be_as_long_as_allowed_and_no_longer() -> None:
    assert text.clean("name", "結" * text.NAME_LENGTH_MAX, text.NAME_LENGTH_MAX)
    with pytest.raises(text.TextTooLong) as refused:
        text.clean("name", "結" * (text.NAME_LENGTH_MAX + 1), text.NAME_LENGTH_MAX)
    assert refused.value.facts() == {"field": "name", "length": 81, "length_max": 80}


def test_a_note_has_lines_and_nothing_else_that_a_line_refuses() -> None:
    assert text.clean_note("note", "ありがとう\r\nございます") == "ありがとう\nございます"
    with pytest.raises(text.UnreadableText):
        text.clean_note("note", "あ\u202eい")


@given(typed=st.text(max_size=300))
def test_what_is_let_in_is_clean_and_stays_as_it_is(typed: str) -> None:
    try:
        tidy = text.clean("field", typed)
    except (text.UnreadableText, text.TextTooLong, text.TextMissing):
        return
    assert tidy == tidy.strip() == unicodedata.normalize("NFC", tidy)
    assert 0 < len(tidy) <= text.LINE_LENGTH_MAX
    assert not {unicodedata.category(character) for character in tidy} & {"Cc", "Cs"}
    assert text.clean("field", tidy) == tidy


# ------------------------------------------------------------------------------------------------------------- refusals


@dataclass(eq=False)
class KettleTooHot(refusal.Refusal):
    """Only for these tests."""

    degrees: int
    degrees_max: int


def test_a_refusal_has_a_code_and_facts() -> None:
    refused = KettleTooHot(degrees=101, degrees_max=100)
    assert refused.code == "kettle_too_hot"
    assert refused.facts() == {"degrees": 101, "degrees_max": 100}
    assert str(refused) == "kettle_too_hot(degrees=101, degrees_max=100)"
    assert refusal.REFUSALS["kettle_too_hot"] is KettleTooHot


def test_two_rooms_cannot_name_a_refusal_alike() -> None:
    with pytest.raises(TypeError, match="two refusals are called kettle_too_hot"):
        type("KettleTooHot", (refusal.Refusal,), {"__module__": "elsewhere"})


def test_unless_gives_what_was_found_even_when_it_counts_as_false() -> None:
    refused = KettleTooHot(degrees=1, degrees_max=0)
    assert refusal.unless(0, refused) == 0
    with pytest.raises(KettleTooHot):
        refusal.unless(None, refused)


# ---------------------------------------------------------------------------------------------------------------- clock


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    assert clock.SystemClock().now().utcoffset() == timedelta(0)


def test_a_movable_clock_runs_on_from_where_it_was_set() -> None:
    start = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
    moved = clock.MovableClock(start)
    first = moved.now()
    assert timedelta(0) <= first - start < timedelta(minutes=1)
    assert moved.now() >= first
    moved.forward(timedelta(hours=3))
    assert timedelta(hours=3) <= moved.now() - start < timedelta(hours=3, minutes=1)
    moved.set(start)
    assert timedelta(0) <= moved.now() - start < timedelta(minutes=1)


# ------------------------------------------------------------------------------------------------------------- settings


def test_nothing_told_means_the_defaults() -> None:
    assert settings.from_environment({}) == settings.Settings()
    assert settings.from_environment({"YUI_PORT": "", "PATH": "/bin", "YUI_NO_SUCH": "1"}) == settings.Settings()


def test_settings_are_read_by_name_and_kind() -> None:
    told = settings.from_environment(
        {"YUI_PORT": "9000", "YUI_DATA_DIR": "data/yui", "YUI_POSTGRES_VERSION": "16", "YUI_HOST": "::1"}
    )
    assert (told.port, told.data_dir, told.postgres_version, told.host) == (9000, Path("data/yui"), 16, "::1")


def test_every_setting_has_one_variable() -> None:
    assert settings.variables()["YUI_DATABASE_URL"] == "database_url"
    assert list(settings.variables().values()) == list(settings.Settings.__struct_fields__)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("YUI_PORT", "eighty", "cannot be read"),
        ("YUI_POSTGRES_VERSION", "15", "neither 16 nor 18"),
        ("YUI_SECRET_KEY", "short", "shorter than 32 characters"),
    ],
)
def test_a_setting_that_cannot_be_read_is_told_in_one_line(name: str, value: str, line: str) -> None:
    with pytest.raises(settings.BadSetting, match=line) as told:
        settings.from_environment({name: value})
    assert "\n" not in str(told.value)


def test_a_secret_that_is_refused_is_not_repeated() -> None:
    with pytest.raises(settings.BadSetting) as told:
        settings.from_environment({"YUI_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(told.value)
