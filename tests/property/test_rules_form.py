"""A form that comes back as it went out leaves the document byte for byte; one answer changes one value; a kind brings its fields."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import parse, presets, rendering
from rules.form import answers, edits, fields, scalar_fields, shown
from rules.form.edits import Put
from rules.form.shown import Field, View
from rules.phrases import kinds
from tests.support.edition_strategies import editions

PRESETS = [each.code for each in presets.listed()]
documents = st.one_of(st.sampled_from(PRESETS).map(presets.document), editions.map(rendering.render))
VIEW = View(locale="ja", unit="ポイント", kinds={code: both[0] for code, both in kinds.KINDS.items()})
ENGLISH = View(locale="en", unit="points", kinds={code: both[1] for code, both in kinds.KINDS.items()})


def filled(text: str, view: View = VIEW) -> dict[str, tuple[str, ...]]:
    """What a browser sends of a form that nobody touched."""
    return {field.name: sent(field) for field in shown.fields(fields.whole(parse.document(text), view))}


def sent(field: Field) -> tuple[str, ...]:
    if field.sort == "several":
        return ("", *(each.value for each in field.choices if each.value in field.given))
    if field.sort == "choice_or_day":
        chosen = field.value in {each.value for each in field.choices}
        return (field.value, "") if chosen else ("", field.value)
    return (" ".join(field.value.splitlines()),)


@pytest.mark.parametrize("view", [VIEW, ENGLISH], ids=["ja", "en"])
@pytest.mark.parametrize("code", PRESETS)
def test_a_preset_comes_back_byte_for_byte(code: str, view: View) -> None:
    document = presets.document(code)
    assert filled(document), "there is a form"
    assert answers.apply(document, filled(document, view), view) == document
    windows = document.replace("\n", "\r\n")
    assert answers.apply(windows, filled(windows, view), view) == windows


@given(editions, st.sampled_from([VIEW, ENGLISH]))
@settings(max_examples=30)
def test_any_edition_comes_back_byte_for_byte(edition, view: View) -> None:
    document = rendering.render(edition)
    assert answers.apply(document, filled(document, view), view) == document


def other(field: Field) -> tuple[str, Any] | None:
    """Another answer to a field, and what the document then has; None for what chooses other fields."""
    if field.sort in {"kind", "set", "several"}:
        return None
    if field.sort == "choice":
        code = next(each.value for each in field.choices if each.value and each.value != field.value)
        return code, code == scalar_fields.TRUE if code in {scalar_fields.TRUE, scalar_fields.FALSE} else code
    more = int(field.value or "0") + 1 if field.sort == "number" else 0
    month_day = ("5月6日", "05-06") if field.value != "05-06" else ("７/８", "07-08")
    return {
        "number": (str(more), more),
        "day": ("2031-05-06", date(2031, 5, 6)),
        "month_day": month_day,
        "choice_or_day": month_day,
        "codes": ("サロン、fresh-1", ["salon" if field.path[-1] == "activity_kinds" else "サロン", "fresh-1"]),
        "numbers": ("１、99", [1, 99]),
    }.get(field.sort, ("another", "another"))


@given(st.data())
@settings(max_examples=30)
def test_one_answer_changes_one_value(data: st.DataObject) -> None:
    document = data.draw(documents)
    raw = tomllib.loads(document)
    field = data.draw(st.sampled_from([each for each in shown.fields(fields.whole(raw, VIEW)) if other(each) is not None]))
    told, value = other(field) or ("", "")
    after = answers.apply(document, filled(document) | {field.name: ("", told)}, VIEW)
    assert tomllib.loads(after) == edits.made(raw, [Put(field.path, value)])
    assert edits.at(tomllib.loads(after), field.path) == value


@given(st.data())
@settings(max_examples=30)
def test_another_kind_keeps_what_it_shares_and_can_be_filled_until_it_reads_well(data: st.DataObject) -> None:
    document = data.draw(documents)
    raw = tomllib.loads(document)
    field = data.draw(st.sampled_from([each for each in shown.fields(fields.whole(raw, VIEW)) if each.sort == "kind"]))
    kind = data.draw(st.sampled_from([each.value for each in field.choices if each.value]))
    after = answers.apply(document, filled(document) | {field.name: (kind,)}, VIEW)
    assert edits.at(tomllib.loads(after), field.path) == kind or kind == field.value
    group = field.path[:-1]
    of_kind = {each.encode_name for each in fields.kinds_at(group)[kind].fields}
    assert set(edits.at(tomllib.loads(after), group) or {field.path[-1]: kind}) <= {*of_kind, field.path[-1]}
    rest, before = (edits.made(tomllib.loads(each), [edits.Drop(group)]) for each in (after, document))
    assert rest == before, "nothing else changed"


@given(st.data())
@settings(max_examples=30)
def test_one_more_and_one_less_touch_nothing_else(data: st.DataObject) -> None:
    document = data.draw(documents)
    raw = tomllib.loads(document)
    found = data.draw(st.sampled_from(answers.lists(fields.whole(raw, VIEW))))
    more = answers.add(document, found.name, VIEW)
    if len(found.items) < found.most:
        assert tomllib.loads(more) == edits.made(raw, [edits.Add(found.path)])
        name = f"{found.name}[{len(found.items) + 1}]"
        less = answers.take_away(more, name, VIEW)
        assert tomllib.loads(less) == edits.made(raw, [Put(found.path, edits.at(raw, found.path) or [])])


@given(st.data())
@settings(max_examples=30)
def test_whatever_is_filled_in_at_once_leaves_every_remark_and_then_stays(data: st.DataObject) -> None:
    document = data.draw(documents)
    told = filled(document)
    asked = list(shown.fields(fields.whole(tomllib.loads(document), VIEW)))
    for field in data.draw(st.lists(st.sampled_from(asked), max_size=12)):
        codes = [each.value for each in field.choices] or [""]
        another = other(field)
        told[field.name] = ("", another[0] if another and data.draw(st.booleans()) else data.draw(st.sampled_from(codes)))
    after = answers.apply(document, told, VIEW)
    remarks = [[line for line in text.splitlines() if line.startswith("#")] for text in (document, after)]
    assert remarks[0] == remarks[1]
    assert answers.apply(after, filled(after), VIEW) == after
