"""Every preset is an edition with its source and date, every vector of a published scheme holds, and the coverage comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cli import main, plainly
from rules import contradictions, coverage, parse, presets, proof
from rules.proof import Scheme

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "vectors").glob("*.toml"))
LISTED = {each.code: each for each in presets.listed()}
DOCUMENTS = {code: presets.document(code) for code in LISTED}
TOLD = ("書かれていたこと", "書かれていなかったこと", "ここで選んだこと", "Printed", "Not printed", "Chosen here")
IN_GENERAL = {"time-deposit", "per-occasion", "points-per-half-hour", "stamp-per-hour"}
TRIED = coverage.tried(coverage.documents(ROOT / "tests" / "vectors"))
SCHEMES = [each.scheme for each in TRIED]
VECTORS = [
    pytest.param(each, number, id=f"{each.scheme.code}-{number}-{vector.basis}")
    for each in TRIED
    for number, vector in enumerate(each.scheme.vectors, start=1)
]


# ---------------------------------------------------------------------------------------------------------------- presets


@pytest.mark.parametrize("code", sorted(DOCUMENTS))
def test_a_preset_is_an_edition(code: str) -> None:
    parse.parse(DOCUMENTS[code])


@pytest.mark.parametrize("code", sorted(DOCUMENTS))
def test_a_preset_has_a_source_and_a_date_and_is_no_rule_in_force(code: str) -> None:
    preset = LISTED[code]
    assert all((preset.ja, preset.en, preset.like, preset.source, preset.date))
    assert "# はじめに見るためのひな形です。いまの要綱ではありません。" in DOCUMENTS[code]


@pytest.mark.parametrize("code", sorted(set(DOCUMENTS) - IN_GENERAL))
def test_a_preset_after_a_scheme_says_what_was_printed_what_was_not_and_what_was_chosen(code: str) -> None:
    for told in TOLD:
        assert f"\n# {told}: " in DOCUMENTS[code], told


def test_every_preset_is_of_a_scheme_or_in_general() -> None:
    of_schemes = [code for scheme in SCHEMES for code in scheme.presets]
    assert sorted(of_schemes) == sorted(set(DOCUMENTS) - IN_GENERAL)


# ---------------------------------------------------------------------------------------------------------------- vectors


@pytest.mark.parametrize(("tried", "number"), VECTORS)
def test_a_vector_holds(tried: coverage.Tried, number: int) -> None:
    assert tried.failures.get(number, []) == []


def test_every_scheme_is_there_once_with_its_vectors() -> None:
    assert [scheme.code for scheme in SCHEMES] == [path.stem for path in FILES]
    assert len(SCHEMES) == 88
    assert sum(not vector.ours for scheme in SCHEMES for vector in scheme.vectors) == 119


@pytest.mark.parametrize("scheme", [each for each in SCHEMES if each.presets], ids=lambda scheme: scheme.code)
def test_every_preset_of_a_scheme_is_tried(scheme: Scheme) -> None:
    assert {vector.preset or scheme.presets[0] for vector in scheme.vectors} == set(scheme.presets)


@pytest.mark.parametrize("scheme", [each for each in SCHEMES if each.said], ids=lambda scheme: scheme.code)
def test_what_was_seen_of_a_page_without_figures_is_said(scheme: Scheme) -> None:
    assert list(contradictions.find(proof.stated(scheme.said))) == []


def test_what_is_ambiguous_is_expressed_in_both_ways() -> None:
    ambiguous = {
        scheme.code: {vector.preset for vector in scheme.vectors if vector.basis == "ambiguous"}
        for scheme in SCHEMES
        if any(vector.basis == "ambiguous" for vector in scheme.vectors)
    }
    assert ambiguous == {
        "fukuoka-famisapo": {"fukuoka-famisapo-a", "fukuoka-famisapo-b"},
        "shitara": {"shitara-a", "shitara-b"},
    }


# ------------------------------------------------------------------------------------------------- the proof can fail


@dataclass(frozen=True)
class Case:
    expect: dict[str, Any]
    told: str


@pytest.mark.parametrize(
    "case",
    [
        Case({"id": "a", "amount": 3}, "a: amount is 2, not 3 (granted)"),
        Case({"id": "b", "amount": 2}, "b: there is no such event"),
        Case({"sum_of": "attendance", "amount": 3}, "attendance: amount is 2, not 3 (granted)"),
        Case({"sum_of": "claim", "amount": 3}, "claim: there is no such event"),
        Case({"id": "a", "wages": 3}, "a: wages is None, not 3 (granted)"),
    ],
    ids=lambda case: case.told,
)
def test_a_vector_that_does_not_hold_is_told(case: Case) -> None:
    scheme = next(each for each in SCHEMES if each.code == "chiyoda")
    wrong = msgspec.structs.replace(scheme.vectors[0], expect=(case.expect,))
    assert proof.differences(scheme, wrong, DOCUMENTS) == [case.told]


def _wrong() -> str:
    text = (ROOT / "tests" / "vectors" / "chiyoda.toml").read_text(encoding="utf-8")
    return text.replace("amount = 2 }]", "amount = 3 }]")


def test_a_scheme_with_a_vector_that_does_not_hold_is_not_whole() -> None:
    (wrong,) = coverage.tried([_wrong()])
    assert wrong.state == "differs"
    assert coverage.share([wrong]) == (0, 1)
    assert "a: amount is 2, not 3" in coverage.markdown([wrong])


# ---------------------------------------------------------------------------------------------------------------- coverage


def test_the_coverage_is_what_comes_of_the_vectors() -> None:
    kept = (ROOT / "docs" / "rules" / "coverage.md").read_text(encoding="utf-8")
    assert kept == coverage.markdown(TRIED), "draw it anew: python -m rules.coverage"


def test_of_the_schemes_with_a_computable_rule_nearly_all_are_expressed_whole() -> None:
    whole, of = coverage.share(TRIED)
    assert whole * 100 >= 95 * of


def test_the_coverage_can_be_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    inagi = (ROOT / "tests" / "vectors" / "inagi.toml").read_text(encoding="utf-8")
    (tmp_path / "inagi.toml").write_text(inagi, encoding="utf-8")
    assert main.main(["rules", "coverage", "--vectors", str(tmp_path)]) == 0
    assert capsys.readouterr().out == coverage.markdown([each for each in TRIED if each.scheme.code == "inagi"])
    (tmp_path / "wrong.toml").write_text(_wrong(), encoding="utf-8")
    assert main.main(["rules", "coverage", "--vectors", str(tmp_path), "--json"]) == plainly.FAILED
    told = msgspec.json.decode(capsys.readouterr().out)
    assert (told["whole"], told["computable"]) == (1, 2)
    assert [each["state"] for each in told["schemes"]] == ["whole", "differs"]
    assert told["schemes"][1]["failures"] == {"1": ["a: amount is 2, not 3 (granted)"]}
