"""The form of an edition: every field and choice has words, an answer is written where a person would write it, a mistake is told
at its field, and each part says its sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from msgspec import inspect

from rules import parse, presets
from rules.form import answers, fields, mistakes, saying, shown, writing
from rules.form.edits import Put
from rules.form.shown import View
from rules.phrases import names, values, variants
from rules.refusals import UnreadableEdition
from rules.vocabulary import part
from rules.vocabulary.edition import Edition

VIEW = View(locale="ja", unit="ポイント", kinds={"salon": "サロン", "visit": "訪問"}, lines={"general": "一般会計"})
LIMIT = " # see the minutes\ncarry.limit = 5\n"
SPELLED = """\
# our rules, of old
scheme = "points"
starts_on = 2026-04-01 # the first day
expiry = { type = "fixed_date", on = 2028-03-31 }
carry.type = "up_to" # see the minutes
carry.limit = 5
funding = [
    "care", # three quarters
    "general" # the rest
]

# what earns
[[clauses]]
activity_kinds = ["salon"]
[clauses.earn]
how = "bands"
bands = [
    { from_minutes = 0, amount = 1 }, # a short one
    { from_minutes = 120, amount = 2 },
]

[conversion]
how = "exchange"

[conversion.window]
type = "any_time"

# the end
"""


@pytest.mark.parametrize(
    ("told", "before", "after"),
    [
        ({"starts_on": "2027-04-01"}, "starts_on = 2026-04-01 #", "starts_on = 2027-04-01 #"),
        ({"expiry.on": "2029-03-31"}, "on = 2028-03-31 }", "on = 2029-03-31 }"),
        ({"expiry.type": "never"}, '{ type = "fixed_date", on = 2028-03-31 }', '{ type = "never" }'),
        ({"carry.limit": "１,０００"}, "carry.limit = 5", "carry.limit = 1000"),
        ({"carry.type": "all"}, '"up_to"' + LIMIT, '"all" # see the minutes\n'),
        ({"carry.type": "remainder", "carry.below": "10"}, '"up_to"' + LIMIT, '"remainder"' + LIMIT.replace("limit = 5", "below = 10")),
        ({"clauses[1].earn.bands[2].amount": "3"}, "120, amount = 2", "120, amount = 3"),
        ({"clauses[1].activity_kinds": "サロン、訪問 walk"}, '["salon"]', '["salon", "visit", "walk"]'),
        ({"clauses[1].activity_kinds": "すべて"}, '["salon"]', '["*"]'),
        ({"clauses[1].first_on": "2026-05-01"}, '["salon"]\n', '["salon"]\nfirst_on = 2026-05-01\n'),
        ({"clauses[1].earn.summed_over": "month"}, "},\n]\n", '},\n]\nsummed_over = "month"\n'),
        ({"conversion.window.type": "season", "conversion.window.first": "4月1日"}, '"any_time"\n', '"season"\nfirst = "04-01"\n'),
        ({"when_empty": "wait"}, "]\n\n# what earns", ']\nwhen_empty = "wait"\n\n# what earns'),
        ({"title.ja": "新しい版"}, "]\n\n# what earns", ']\ntitle = { ja = "新しい版" }\n\n# what earns'),
    ],
)  # fmt: skip
def test_an_answer_stands_where_it_belongs_and_all_else_stays(told: dict[str, str], before: str, after: str) -> None:
    assert answers.apply(SPELLED, {name: (value,) for name, value in told.items()}, VIEW) == SPELLED.replace(before, after)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("clauses[1].earn.bands", "2 },\n]", "2 },\n    { },\n]"),
        ("clauses", "},\n]\n", "},\n]\n\n[[clauses]]\n"),
        ("caps", "# the end\n", "# the end\n\n[[caps]]\n"),
        ("nothing", "", ""),
    ],
)
def test_one_more_stands_behind_the_others(name: str, before: str, after: str) -> None:
    assert answers.add(SPELLED, name, VIEW) == SPELLED.replace(before, after)


def test_one_is_taken_away_with_its_line_and_the_last_leaves_an_empty_list() -> None:
    gone = answers.take_away(SPELLED, "clauses[1].earn.bands[1]", VIEW)
    assert gone == SPELLED.replace("    { from_minutes = 0, amount = 1 }, # a short one\n", "")
    alone = answers.take_away(SPELLED, "clauses[1]", VIEW)
    assert tomllib.loads(alone)["clauses"] == []
    assert "# what earns" in alone
    assert answers.take_away(SPELLED, "clauses[7]", VIEW) == SPELLED


def test_an_optional_part_is_set_filled_and_taken_out_again() -> None:
    document = presets.document("yokohama")
    with_stage = answers.apply(document, {"conversion.then": (shown.SET,), "conversion.then.into": ("yen",)}, VIEW)
    assert tomllib.loads(with_stage)["conversion"]["then"] == {"into": "yen"}
    filled = answers.apply(with_stage, {"conversion.then": (shown.SET,), "conversion.then.rate.how": ("linear",)}, VIEW)
    assert tomllib.loads(filled)["conversion"]["then"] == {"into": "yen", "rate": {"how": "linear"}}
    assert tomllib.loads(answers.apply(filled, {"conversion.then": ("",)}, VIEW)) == tomllib.loads(document)


def test_what_was_chosen_within_a_part_that_goes_goes_with_it() -> None:
    """One press sends the whole form: also what stood in a part of which another kind was chosen. That was a fault."""
    with_form = SPELLED.replace("\n[conversion.window]", '\nforms = [{ form = "cash" }]\n\n[conversion.window]')
    told = {"conversion.how": "none", "conversion.forms[1].rate.how": "linear", "conversion.forms[1].name": shown.SET}
    gone = answers.apply(with_form, {name: (value,) for name, value in told.items()}, VIEW)
    assert tomllib.loads(gone) == tomllib.loads(SPELLED) | {"conversion": {"how": "none"}}


def types() -> Iterator[tuple[str, inspect.Field]]:
    """Every field that a form can show, with the class that it belongs to."""
    edition = inspect.type_info(Edition)
    assert isinstance(edition, inspect.StructType)
    chapters = {name for names_of in fields.CHAPTERS.values() for name in names_of}
    waiting = [("Edition", each) for each in edition.fields if each.encode_name in chapters]
    seen: set[str] = set()
    while waiting:
        holder, field = waiting.pop()
        yield holder, field
        kind, _ = fields.bare(field.type)
        inner = fields.bare(kind.item_type)[0] if isinstance(kind, inspect.VarTupleType) else kind
        several = list(fields.structs(inner)) if isinstance(inner, inspect.UnionType) else [inner]
        for each in (one for one in several if isinstance(one, inspect.StructType)):
            if each.cls not in fields.TESTS and each.cls.__module__ + each.cls.__name__ not in seen:
                seen.add(each.cls.__module__ + each.cls.__name__)
                waiting += [(each.cls.__name__, inside) for inside in each.fields]
                if each.tag is not None:
                    assert each.cls.__name__ in variants.VARIANTS, f"{each.cls.__name__} has no words"


def test_every_field_and_every_choice_of_the_form_has_words_in_both_languages() -> None:
    found = list(types())
    assert len(found) > 80
    for holder, field in found:
        known = names.of(holder, field.encode_name)
        assert known is not None, f"{holder}.{field.encode_name} has no name"
        assert known.ja != field.encode_name
        kind, _ = fields.bare(field.type)
        inner = kind.item_type if isinstance(kind, inspect.VarTupleType) else kind
        if isinstance(inner, inspect.LiteralType):
            for value in inner.values:
                assert values.word(holder, field.encode_name, value) is not None, f"{holder}.{field.encode_name}: {value}"
    for code in (*part.PAYS, *part.REFERENCES):
        assert code in values.VALUES


def test_no_word_of_a_form_is_a_code() -> None:
    for code in (each.code for each in presets.listed()):
        for field in shown.fields(fields.whole(parse.document(presets.document(code)), VIEW)):
            codes = [] if field.sort == "code" else [each.words for each in field.choices if each.words.isascii()]
            assert not field.label.isascii(), field.name
            assert not codes, field.name
            assert '"' not in field.hint, field.name


@pytest.mark.parametrize(
    ("told", "name", "problem"),
    [
        ({"clauses[1].earn.amount": ""}, "clauses[1].earn.amount", "まだ書かれていません。"),
        ({"clauses[1].earn.amount": "多め"}, "clauses[1].earn.amount", '文字 "多め" は、整数ではありません。'),
        ({"caps[2].limit": "0"}, "caps[2].limit", "0 は 1 より小さい数です。"),
        ({"starts_on": "いつか"}, "starts_on", '文字 "いつか" は、2026-04-01 のような日付ではありません。'),
        ({"clauses[1].activity_kinds": "草むしり"}, "clauses[1].activity_kinds", "草むしり"),
        ({"conversion.pays": "13月1日"}, "conversion.pays", "13-01"),
        ({"expiry.type": "months_after"}, "expiry.months", "まだ書かれていません。"),
        ({"conversion.rate.how": "tiers"}, "conversion.rate.tiers", "まだ書かれていません。"),
        ({"conversion.how": "none"}, "caps[1].stops", ""),
    ],
)
def test_a_mistake_is_told_at_its_field_in_its_words(told: dict[str, str], name: str, problem: str) -> None:
    text = answers.apply(presets.document("yokohama"), {each: (value,) for each, value in told.items()}, VIEW)
    with pytest.raises(UnreadableEdition) as refused:
        parse.parse(text, "ja")
    found = mistakes.place(refused.value, fields.whole(parse.document(text), VIEW), VIEW)
    assert problem in " ".join(found.at[name])
    assert found.elsewhere == ()


def test_a_list_that_may_be_empty_is_chosen_to_be_so() -> None:
    document = answers.add(presets.document("yokohama"), "caps", VIEW)
    untouched = answers.apply(document, {"caps[3].for_each": ("",)}, VIEW)
    assert untouched == document, "a cap for all together is nothing that happens by leaving a field alone"
    for told, limit in ((("", shown.NOBODY), []), (("", shown.NOBODY, "member"), ["member"])):
        after = answers.apply(document, {"caps[3].for_each": told}, VIEW)
        assert tomllib.loads(after)["caps"][2] == {"for_each": limit}
    assert "for_each" not in tomllib.loads(answers.apply(document, {"caps[1].for_each": ("",)}, VIEW))["caps"][0]
    without = document.replace('funding = ["care-insurance"]\n', "")
    assert tomllib.loads(answers.apply(without, {"funding": ("",)}, VIEW))["funding"] == []


def test_what_has_no_field_is_told_apart() -> None:
    text = presets.document("yokohama").replace('counted_on = "the_day"', 'counted_on = "some_day"', 1)
    text = text.replace("amount = 200,", "amount = 200, amuont = 3,")
    with pytest.raises(UnreadableEdition) as refused:
        parse.parse(text, "ja")
    found = mistakes.place(refused.value, fields.whole(parse.document(text), VIEW), VIEW)
    assert found.at == {}
    assert [each.path for each in found.elsewhere] == ["eligibility[2].counted_on", "clauses[1].earn.amuont"]
    assert found.count == 2


def test_each_part_says_its_sentence_and_what_is_half_written_says_none() -> None:
    told = {"expiry.type": ("months_after",), "clauses[1].earn.amount": ("250",)}
    text = answers.apply(presets.document("yokohama"), told, VIEW)
    said = saying.sentences(parse.document(text), VIEW)
    assert said["clauses[1]"] == "付与の条項1: ほかのすべての活動: 1回につき250ポイント(30分以上が対象)。"
    assert said["caps[2]"] == "上限2: 会員ごとに1年度につき8,000ポイント(交換の上限)。"
    assert said["carry"] == "繰越: すべて繰り越す。"
    assert said["granting"] == "付与の期間: いつでも。"
    assert "expiry" not in said
    assert "eligibility[3]" in said


def test_in_english_too() -> None:
    view = View(locale="en", unit="points|points")
    found = {each.name: each for each in shown.fields(fields.whole(parse.document(presets.document("yokohama")), view))}
    assert found["caps[1].per"].label == "Period"
    assert [each.words for each in found["caps[1].per"].choices][:3] == ["a day", "a week", "a month"]


def test_a_table_that_only_its_parts_speak_of_gets_a_heading_before_them() -> None:
    text = SPELLED.replace('[conversion]\nhow = "exchange"\n\n', "")
    assert writing.write(text, [Put(("conversion", "how"), "exchange")]) == SPELLED


def test_an_item_of_a_list_is_no_place_for_a_value() -> None:
    with pytest.raises(writing.NotWritten):
        writing.write(SPELLED, [Put(("clauses", 1), "salon")])
