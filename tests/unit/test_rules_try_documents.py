"""Editions tried on a document: several of one scheme, what no edition asks for, what goes back in time, what cannot be read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli import main
from rules import check, not_asked, parse, trial_document, unreadable_facts
from rules.vocabulary import who
from rules.vocabulary.earning import PerMeasure, PerTime
from rules.vocabulary.edition import Edition
from rules.vocabulary.person import Age, Status
from tests.support.editions import cap, edition, exchange

SECOND = date(2026, 10, 1)


def attendance(name: str, on: str, **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "attendance", "id": name, "member": "hanako", "activity_kind": "salon", "role": "helper"}
    return plain | {"occurred_on": on, "minutes": 60, "evidence": 3} | changes


def document(*events: dict[str, Any], **changes: Any) -> trial_document.FactsDocument:
    return trial_document.read(json.dumps({"events": events} | changes).encode())


def test_each_event_is_decided_by_the_edition_of_its_day_and_caps_count_across() -> None:
    first = edition(caps=(cap(3, per="fiscal_year"),))
    second = edition(starts_on=SECOND, earn=PerTime(amount=2, every_minutes=60, rounding="down", minimum_minutes=0),
                     caps=(cap(4, per="fiscal_year"),))  # fmt: skip
    days = ("2026-03-31", "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-02")
    events = document(*[attendance(f"a{number}", on) for number, on in enumerate(days)])
    results = list(check.evaluate_editions([second, first], events))
    assert [(each.amount, each.reason) for each in results] == [
        (0, "not_yet_in_force"),
        (1, "granted"),
        (1, "granted"),
        (2, "granted"),
        (0, "cap_reached"),
    ]


def test_a_window_that_only_a_later_edition_has_counts_what_was_before() -> None:
    first = edition()
    second = edition(starts_on=SECOND, caps=(cap(3, per="fiscal_year", activity_kinds=("salon",)),))
    events = document(*[attendance(f"a{month}", f"2026-{month:02}-02") for month in (7, 8, 10, 11)])
    results = list(check.evaluate_editions([first, second], events))
    assert [each.amount for each in results] == [1, 1, 1, 0]


# ---------------------------------------------------------------------------------------------------------- what is only told

ASKS = edition(
    eligibility=(
        Age(at_least=65, counted_on="the_day"),
        Status(what="app_user", counted_on="the_day"),
        who.Mark(what="paid", untold="no"),
        who.Headcount(of="present", at_least=3, age_at_least=65),
    ),
    earn=PerMeasure(measure="steps", amount=1, every=1000, rounding="down"),
    conversion=exchange(),
)


def warned(*events: dict[str, Any], rules: Edition = ASKS, **changes: Any) -> tuple[str, ...]:
    return not_asked.warnings(document(*events, **changes), [rules], "en")


def test_what_is_asked_is_not_warned_of() -> None:
    asked = attendance("a1", "2026-05-10", marks={"paid": False}, counts={"present": 3, "present_65": 3}, measures={"steps": 1})
    known: dict[str, Any] = {"members": [{"id": "hanako", "facts": [{"fact": "status:app_user", "yes": True}]}]}
    claim = {"type": "claim", "id": "c1", "member": "hanako", "claimed_on": "2026-06-01", "form": "cash"}
    assert warned(asked, claim, **known) == ()


def test_what_no_edition_asks_for_is_told_once_with_what_was_probably_meant() -> None:
    odd = {"marks": {"payd": True}, "measures": {"step": 1}, "counts": {"presnt": 2}}
    claim = {"type": "claim", "id": "c1", "member": "hanako", "claimed_on": "2026-06-01", "form": "cahs"}
    facts = [{"fact": "status:ap_user", "yes": True}, {"fact": "zzz", "yes": True}]
    said = warned(
        attendance("a1", "2026-05-10", **odd), attendance("a2", "2026-05-10", **odd), claim, members=[{"id": "h", "facts": facts}]
    )
    assert said == (
        "h: no edition asks for the fact 'status:ap_user'. Did you mean 'status:app_user'?",
        "h: no edition asks for the fact 'zzz'.",
        "a1: no edition asks for the mark 'payd'. Did you mean 'paid'?",
        "a1: no edition asks for the measure or count 'step'. Did you mean 'steps'?",
        "a1: no edition asks for the measure or count 'presnt'. Did you mean 'present'?",
        "c1: no edition asks for the form of payout 'cahs'. Did you mean 'cash'?",
    )


def test_events_that_go_back_in_time_are_told() -> None:
    assert warned(attendance("a1", "2026-05-10"), attendance("a2", "2026-05-01")) == (
        "a2: 2026-05-01 comes before a1 (2026-05-10); events are counted in the order of the document.",
    )


# ---------------------------------------------------------------------------------------------------------- what is refused


def test_a_document_of_any_shape_is_told_what_is_wrong() -> None:
    for wrong in (b"", b"[]", b"1", b'{"events": 3}', b'{"events": [3, null, {}]}', b"\xff", b'{"members": [{"id": 3}]}'):
        found = unreadable_facts.find(wrong, "ja")
        assert found
        assert all(str(each) for each in found)


def test_what_can_be_read_has_no_mistake() -> None:
    good = {"events": [attendance("a1", "2026-05-10", site=None, holiday=None, measures={"steps": 1})], "members": [{"id": "x"}]}
    assert unreadable_facts.find(json.dumps(good).encode(), "en") == ()


def test_a_word_of_several_meanings_names_them_all() -> None:
    wrong = parse.render(edition(caps=(cap(1),))).replace('per = "day"', 'per = "year"')
    hint = check.check(wrong, "x").errors[0].hint
    assert hint.startswith("Did you mean `fiscal_year` or `calendar_year` or `scheme_year`?")


def run(tmp_path: Path, facts: str, *more: str, also: tuple[str, ...] = ()) -> int:
    (tmp_path / "town.toml").write_text(parse.render(edition()), "utf-8")
    (tmp_path / "facts.json").write_text(facts, "utf-8")
    return main.main(["rules", "evaluate", str(tmp_path / "town.toml"), *also, "--facts", str(tmp_path / "facts.json"), *more])


def test_the_command_prints_sentences_what_is_held_and_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = json.dumps({"events": [attendance("a1", "2026-05-10", marks={"odd": True})]})
    assert run(tmp_path, facts) == 0
    printed = capsys.readouterr()
    assert printed.out == (
        "a1 (hanako): 1スタンプを付けました。活動は1時間で、1時間ごとに1スタンプです(端数は切り捨て)。\n    残高 1スタンプ [granted]\n"
    )
    assert "印「odd」は、この版ではたずねません。" in printed.err


def test_the_command_tells_a_program_every_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = json.dumps({"events": [attendance("a1", "2026/05/10", role="helpr")]})
    assert run(tmp_path, facts, "--json", "--locale", "en") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert {(each["id"], each["path"]) for each in told["errors"]} == {("a1", "events[1].occurred_on"), ("a1", "events[1].role")}


def test_editions_of_two_schemes_are_not_mixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.toml").write_text(parse.render(edition(scheme="other")), "utf-8")
    assert run(tmp_path, '{"events": []}', also=(str(tmp_path / "other.toml"),)) == 2
    assert "different schemes" in capsys.readouterr().err
