"""The rules as everybody reads them: what is done and given, in words, without how an edition is filed."""

from __future__ import annotations

import msgspec

from rules import parse, presets, statements
from rules.vocabulary.part import Named

PRESET = "points-per-half-hour"


def test_everybody_reads_no_code_of_ours() -> None:
    edition = parse.parse(presets.document(PRESET))
    whole, plain = statements.of(edition, "ja", "ポイント"), statements.for_everybody(edition, "ja", "ポイント")
    assert any("home_help" in said for said in whole)
    assert any("家の中のこと" in said for said in plain)
    assert not any(told in said for said in plain for told in ("home_help", "符号", "版の題名", "予算枠"))
    assert len(plain) < len(whole)


def test_the_name_that_the_town_gave_comes_first() -> None:
    named = (Named(code="home_help", ja="おうち応援", en="Home team"),)
    edition = msgspec.structs.replace(parse.parse(presets.document(PRESET)), names=named)
    assert any("おうち応援" in said for said in statements.for_everybody(edition, "ja", "ポイント"))
    assert any("Home team" in said for said in statements.for_everybody(edition, "en", "points"))
