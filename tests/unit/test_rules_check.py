"""The reports of `yui rules check` and `yui rules evaluate`, and the page that tells how to write both documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rules import check, explain, trial_document
from rules.refusals import UnreadableEdition, UnreadableFacts

ROOT = Path(__file__).parents[2]
STAMPS = (ROOT / "rules" / "presets" / "stamp-per-hour.toml").read_text("utf-8")


def attendance(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"a{number}",
        "member": "花子",
        "activity_kind": "salon",
        "role": "helper",
        "occurred_on": "2026-05-10",
        "minutes": 90,
        "evidence": 3,
    } | changes


def document(*attendances: dict[str, Any]) -> bytes:
    return json.dumps({"attendances": attendances}).encode()


def test_a_good_document_is_reported_with_its_scheme_and_first_day() -> None:
    report = check.check(STAMPS, "stamps.toml")
    assert msgspec.to_builtins(report) == {
        "name": "stamps.toml", "ok": True, "scheme": "stamp-per-hour", "starts_on": "2026-04-01", "errors": (),
    }  # fmt: skip


def test_a_wrong_document_is_reported_with_every_mistake() -> None:
    report = check.check(STAMPS.replace("limit = 2", "limit = 0").replace('"role"', '"rank"'), "stamps.toml", "ja")
    assert (report.ok, report.scheme, [error.path for error in report.errors]) == (
        False,
        None,
        ["eligibility[1].test", "caps[1].limit"],
    )


def test_attendances_are_evaluated_in_order_with_caps_counted_across_the_list() -> None:
    listed = [attendance(1), attendance(2), attendance(3), attendance(4, member="太郎"), attendance(5, occurred_on="2026-05-11")]
    results = check.evaluate_document(STAMPS, document(*listed))
    assert [(r.id, r.amount, r.reason, r.caps_hit) for r in results] == [
        ("a1", 1, "granted", ()),
        ("a2", 1, "granted", ()),
        ("a3", 0, "cap_reached", (1,)),
        ("a4", 1, "granted", ()),
        ("a5", 1, "granted", ()),
    ]
    assert set(results[0].explanation) == set(explain.LOCALES)
    assert json.loads(msgspec.json.encode(results))[0]["expires_on"] == "2028-03-31"


@pytest.mark.parametrize(
    ("facts_json", "problem"),
    [
        (b"", "truncated"),
        (b"[]", "Expected `object`"),
        (b"\xff", "malformed"),
        (b'{"attendances":' + b"[" * 100_000, ""),
        (document(attendance(colour="red")), "unknown field `colour` - at `$.attendances[0]`"),
        (document(attendance(minutes=-1)), ">= 0 - at `$.attendances[0].minutes`"),
        (document(attendance(minutes=1.5)), "Expected `int`"),
        (document(attendance(minutes=10**9)), "<= 44640"),
        (document(attendance(evidence=5)), "<= 4"),
        (document(attendance(role="boss")), "Invalid enum value 'boss'"),
        (document(attendance(occurred_on="2026-02-30")), "Invalid RFC3339"),
        (document(attendance(id="")), "length >= 1"),
        (document(attendance(1), attendance(1)), "the id 'a1' is there twice - at `$.attendances[1].id`"),
    ],
)
def test_facts_that_cannot_be_read_are_refused_with_the_place(facts_json: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFacts) as refused:
        check.evaluate_document(STAMPS, facts_json)
    assert problem in refused.value.problem


def test_a_facts_document_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_document, "FACTS_BYTES_MAX", 10)
    with pytest.raises(UnreadableFacts, match="longer than 10 bytes"):
        check.evaluate_document(STAMPS, document(attendance()))


def test_a_wrong_edition_is_refused_before_the_facts_are_read() -> None:
    with pytest.raises(UnreadableEdition):
        check.evaluate_document("", b"")
