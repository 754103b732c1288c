"""Presets are listed with their source and date, and read as documents to copy."""

from __future__ import annotations

import pytest

from rules import parse, presets
from rules.refusals import UnknownPreset

LISTED = presets.listed()


def test_there_are_presets_and_each_has_its_own_code() -> None:
    codes = [preset.code for preset in LISTED]
    assert len(codes) >= 50
    assert codes == sorted(set(codes))
    assert {"inagi", "yokohama", "time-deposit"} <= set(codes)


@pytest.mark.parametrize("preset", LISTED, ids=lambda preset: preset.code)
def test_a_preset_says_what_it_is_after_and_is_an_edition_with_one_spelling(preset: presets.Preset) -> None:
    assert all((preset.ja, preset.en, preset.like, preset.source, preset.date))
    assert not preset.ja.isascii()
    read = parse.parse(presets.document(preset.code))
    assert parse.parse(parse.render(read)) == read


@pytest.mark.parametrize("code", ["atlantis", "", "../presets/inagi", "inagi.vectors", "*"])
def test_an_unknown_preset_is_refused_by_name(code: str) -> None:
    with pytest.raises(UnknownPreset) as refused:
        presets.document(code)
    assert refused.value.preset == code
