"""Every step can be said, in each language, in short sentences with the conclusion first."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from rules import evaluate, explain
from rules.vocabulary.caps import Cap
from rules.vocabulary.earning import PerOccasion
from rules.vocabulary.ending import EndOfFiscalYear
from tests.support.editions import edition, facts, told

ROOM = Path(__file__).parents[2] / "rules"


def codes_in_the_evaluator() -> set[str]:
    source = "".join((ROOM / file).read_text("utf-8") for file in ("earnings.py", "evaluate.py"))
    named = "|".join(re.findall(r"Step\(([^{]*?)[,{]", source))
    return set(re.findall(r'"([a-z_]+)"', named))


def test_every_step_of_the_evaluator_has_words_in_every_language() -> None:
    codes = codes_in_the_evaluator()
    assert len(codes) >= 15
    assert codes - explain.SILENT == set(explain.TEMPLATES)
    for code, templates in explain.TEMPLATES.items():
        assert set(templates) == set(explain.LOCALES), code
        assert len(set(templates.values())) == len(explain.LOCALES), f"{code} is said the same way twice"


def test_japanese_is_polite_and_english_is_english() -> None:
    for code, templates in explain.TEMPLATES.items():
        for locale in ("ja", "ja-easy"):
            for sentence in filter(None, templates[locale].split("。")):
                assert re.search(r"(です|ます|ました|ません|でした|ください|\))$", sentence), f"{code} {locale}: {sentence}"
        assert templates["en"].isascii()


def test_a_cut_grant_says_how_much_then_why() -> None:
    rules = edition(caps=(Cap(limit=3, of="amount", per="day", for_each=("member",), stops="earning"),))
    decision = evaluate.evaluate(rules, told(rules, facts(minutes=150), 2))
    assert explain.explain(decision, "ja", "スタンプ") == (
        "1スタンプを付けました。",
        "活動は2時間30分でした。1時間ごとに1スタンプです(端数は切り捨て)。",
        "1日の上限が3スタンプなので、そこまでを数えました。",
    )
    assert explain.explain(decision, "ja-easy", "スタンプ")[0] == "スタンプが 1 つきました。"
    assert explain.explain(decision, "en") == (
        "You were given 1 stamp.",
        "You took part for 2 h 30 min: 1 stamp for each 1 h (a started one does not count).",
        "The limit is 3 stamp a day, so we counted up to it.",
    )


def test_a_grant_that_ends_says_until_when() -> None:
    rules = edition(earn=PerOccasion(amount=1250, minimum_minutes=0), expiry=EndOfFiscalYear(years_later=1, counted_from="grant"))
    decision = evaluate.evaluate(rules, facts(occurred_on=date(2027, 3, 31)))
    assert explain.explain(decision, "en", "coins", scale=2) == (
        "You were given 12.50 coins.",
        "Each time you take part earns 12.50 coins.",
        "It can be used until 31 March 2028.",
    )
    assert explain.explain(decision, "ja", "コイン")[-1] == "2028年3月31日まで使えます。"


@pytest.mark.parametrize(
    ("of", "limit", "limit_said"), [("minutes", 90, "1時間30分"), ("grants", 1, "1回"), ("amount", 1, "1点")]
)
def test_a_refusal_says_so_first_and_counts_in_its_own_measure(of, limit, limit_said) -> None:
    rules = edition(caps=(Cap(limit=limit, of=of, per="month", for_each=("member",), stops="earning"),))
    said = explain.explain(evaluate.evaluate(rules, told(rules, facts(), limit)), "ja", "点")
    assert said == (f"今回は付きません。1か月の上限は{limit_said}で、これまでに{limit_said}ありました。",)


def test_a_kind_of_activity_with_braces_is_only_text() -> None:
    rules = edition(clauses=(edition().clauses[0].__class__(activity_kinds=("visit",), earn=edition().clauses[0].earn),))
    assert explain.explain(evaluate.evaluate(rules, facts(activity_kind="{0}{x}")), "en")
