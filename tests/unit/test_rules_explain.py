"""Every step can be said, in each language, in one to four short sentences with the conclusion first; and in full for an auditor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest

from rules import evaluate, explain, registering, showing
from rules.decision import Answer, Decision, Facts, Measure, Step
from rules.vocabulary import caps, earning, person, who
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import EndOfFiscalYear
from rules.wording import claims, closing, conclusions, fields, known, words
from rules.wording.said import LOCALES, Wording
from tests.support import step_codes
from tests.support.editions import cap, edition, facts, told

DAY = "2026-05-10"


def every_template() -> Iterator[tuple[str, Wording]]:
    for book in (explain.TEMPLATES, claims.RATES, closing.CLOSED):
        for code, wordings in book.items():
            yield from ((code, wording) for wording in wordings)


def every_sentence() -> Iterator[tuple[str, Wording]]:
    yield from every_template()
    yield from ((name, each) for name, each in vars(conclusions).items() if isinstance(each, dict) and name != "FINDS_OUT"
                and set(each) == set(LOCALES))  # fmt: skip


def test_every_step_of_the_room_has_words() -> None:
    codes = step_codes.all_codes()
    assert len(codes) > 150
    assert codes == set(explain.TEMPLATES), "a step without words, or words without a step"


def test_a_code_that_is_computed_in_a_new_way_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_codes, "_FAMILIES", {})
    with pytest.raises(ValueError, match="say here what it can be"):
        step_codes.all_codes()


def test_every_sentence_is_there_in_every_language_and_is_one() -> None:
    for code, wording in every_sentence():
        assert set(wording) == set(LOCALES), code
        assert len(set(wording.values())) == len(LOCALES), f"{code} is said the same way twice"
        assert wording["en"].isascii(), code
        assert len(re.findall(r"[.?!](?:\s|$)", wording["en"])) == 1, f"{code}: one sentence for one step"
        for locale in ("ja", "ja-easy"):
            sentence = wording[locale]
            assert sentence.count("。") == 1, f"{code}: one sentence for one step"
            polite = r"(です|ます|ました|ません|でした|ください|ましたか|さい)(\([^)]*\))?。$"
            assert re.search(polite, sentence), f"{code} {locale}: {sentence}"


def test_easy_japanese_parts_its_words() -> None:
    for code, wording in every_template():
        runs = re.split(r"[ 、。()「」]|\{[a-z_:]+\}", wording["ja-easy"])
        assert max(map(len, runs)) <= 15, f"{code}: {wording['ja-easy']}"


def test_every_field_of_a_template_is_shown_in_a_way_that_there_is() -> None:
    for code, wording in every_template():
        for text in wording.values():
            assert set(re.findall(r"\{[a-z_]+:([a-z_]+)\}", text)) <= set(showing.WAYS), code
        named = {frozenset(re.findall(r"\{([a-z_]+)", text)) - {"unit"} for text in wording.values()}
        assert max(named, key=len) >= frozenset().union(*named), f"{code}: one language says what another leaves out"


HARSH = re.compile(
    r"違反|不正|罰|禁止|怠|しなかった|あなたのせい|penal|violat|punish|fault|fail|illegal|wrong|forbid", re.IGNORECASE
)


def test_nobody_is_blamed_or_threatened() -> None:
    for code, wording in every_sentence():
        assert not any(HARSH.search(text) for text in wording.values()), code


# --------------------------------------------------------------------------------------------------------------- decisions


def test_a_cut_grant_says_how_much_then_why() -> None:
    rules = edition(caps=(cap(3),))
    decision = evaluate.evaluate(rules, told(rules, facts(minutes=150), 2))
    assert explain.explain(decision, "ja", "スタンプ") == (
        "1スタンプを付けました。",
        "活動は2時間30分で、1時間ごとに1スタンプです(端数は切り捨て)。",
        "1日の上限が3スタンプなので、そこまでを数えました。",
    )
    assert explain.explain(decision, "ja-easy", "スタンプ")[0] == "1スタンプ つきました。"
    assert explain.explain(decision, "en") == (
        "You were given 1 stamp.",
        "You took part for 2 h 30 min: 1 stamp for each 1 h (a started one does not count).",
        "The limit is 3 stamps a day, so we counted up to it.",
    )


def test_a_grant_that_ends_says_until_when() -> None:
    ends = EndOfFiscalYear(years_later=1, counted_from="grant")
    rules = edition(earn=earning.PerOccasion(amount=1250, minimum_minutes=0), expiry=ends)
    decision = evaluate.evaluate(rules, facts(occurred_on=date(2027, 3, 31)))
    assert explain.explain(decision, "en", "coins", scale=2) == (
        "You were given 12.50 coins.",
        "Each time you take part earns 12.50 coins.",
        "It can be used until 31 March 2028.",
    )
    assert explain.explain(decision, "ja", "コイン", scale=2)[-1] == "2028年3月31日まで使えます。"


@pytest.mark.parametrize(
    ("of", "limit", "limit_said"), [("minutes", 90, "1時間30分"), ("grants", 1, "1回"), ("amount", 1, "1点")]
)
def test_a_refusal_says_so_first_and_counts_in_its_own_measure(of: str, limit: int, limit_said: str) -> None:
    rules = edition(caps=(cap(limit, of, "month"),))
    said = explain.explain(evaluate.evaluate(rules, told(rules, facts(), limit)), "ja", "点")
    assert said == ("今回は付きません。", f"1か月の上限は{limit_said}で、これまでに{limit_said}ありました。")


def test_what_another_budget_bears_is_not_called_cut() -> None:
    rules = edition(caps=(cap(1, overflow=caps.ToFunding(funding=("prefecture",))),))
    assert explain.explain(evaluate.evaluate(rules, told(rules, facts())), "ja", "点") == (
        "2点を付けました。",
        "活動は2時間で、1時間ごとに1点です(端数は切り捨て)。",
        "上限を超えた1点は、別の予算から付きます。",
    )


def test_a_draw_is_said_beside_the_limit() -> None:
    rules = edition(caps=(cap(1, overflow=caps.ToDraw()),))
    assert explain.explain(evaluate.evaluate(rules, told(rules, facts(), 1)), "ja", "点") == (
        "今回は付きません。",
        "1日の上限は1点で、これまでに1点ありました。",
        "上限を超えた分は、抽選の2口になります。",
    )


def test_a_kind_of_activity_with_braces_is_only_text() -> None:
    rules = edition(clauses=(earning.Clause(activity_kinds=("visit",), earn=edition().clauses[0].earn),))
    decision = evaluate.evaluate(rules, facts(activity_kind="{0}{x}"))
    assert explain.explain(decision, "en")
    assert "{0}{x}" in explain.full(decision.trace, "en", "pt")[0]


# ------------------------------------------------------------------------------------------------------- what is not known yet

ELDERLY = person.Age(at_least=65, counted_on="the_day")
HERE = person.Residence(how=("lives", "works"), counted_on="the_day")


def judged(test: who.Test, **seen: Any) -> Decision:
    return evaluate.evaluate(edition(eligibility=(test,)), facts(**seen))


@pytest.mark.parametrize(
    ("test", "asked"),
    [
        (HERE, ("この市町村にお住まいかどうかの確認が必要です。", "窓口でお確かめします。")),
        (ELDERLY, ("65歳以上かどうかの確認が必要です。", "窓口でお確かめします。")),
        (
            who.NoneOf(tests=(person.Arrears(of=("care_premium",), fiscal_years_back=0, counted_on="the_day"),)),
            ("介護保険料のお支払いの確認が必要です。", "窓口でお確かめします。"),
        ),
        (
            person.OfficerFinds(matter="suitable", counted_on="the_day"),
            ("職員の判断(適当)が必要です。", "窓口でお確かめします。"),
        ),
        (who.Mark(what="paid", untold="ask"), ("報酬を受ける活動かどうかの確認が必要です。", "受入機関にお聞きします。")),
        (who.Headcount(of="present", at_least=3), ("参加者の人数の確認が必要です。", "受入機関にお聞きします。")),
    ],
)
def test_what_is_not_known_says_who_finds_it_out(test: who.Test, asked: tuple[str, ...]) -> None:
    assert explain.explain(judged(test), "ja") == ("まだ付いていません。", *asked)


def test_a_measure_that_has_not_arrived_is_waited_for() -> None:
    rules = edition(earn=earning.PerMeasure(measure="steps", amount=1, every=1000, rounding="down"))
    said = explain.explain(evaluate.evaluate(rules, facts()), "ja")
    assert said == ("まだ付いていません。", "歩数の記録が必要です。", "記録が届いてから計算します。")


def test_proof_that_is_too_weak_says_who_can_confirm() -> None:
    assert explain.explain(judged(who.EvidenceTest(at_least=4), evidence=0), "ja") == (
        "まだ付いていません。",
        "参加の確認がまだです。",
        "受入機関に確認を頼むと付けられます。",
    )


def answered(rules: Edition, yes: bool) -> Facts:
    plain = facts()
    answers = tuple(Answer(question, yes, "register of residents") for question in evaluate.questions(rules, plain))
    return facts(answers=answers)


def test_who_fulfils_none_of_several_is_told_them_all() -> None:
    rules = edition(eligibility=(who.AnyOf(tests=(ELDERLY, HERE)),))
    assert explain.explain(evaluate.evaluate(rules, answered(rules, yes=False)), "ja") == (
        "今回は付きません。",
        "次のどれかに当てはまることが条件です。",
        "65歳以上の方が対象です。",
        "この市町村にお住まい、またはお勤めの方が対象です。",
    )


def test_a_test_of_registration_is_not_said_as_a_grant() -> None:
    rules = edition(registration=(ELDERLY,))
    on = date(2026, 5, 10)
    asked = registering.questions(rules, on)
    said = [
        explain.explain_permission(registering.may_register(rules, on, answers), "ja", "registering")
        for answers in ((), [Answer(asked[0], True)], [Answer(asked[0], False)])
    ]
    assert said == [
        ("登録の前に、確認があります。", "65歳以上かどうかの確認が必要です。", "窓口でお確かめします。"),
        ("登録できます。",),
        ("今は登録できません。", "65歳以上の方が対象です。"),
    ]


# ----------------------------------------------------------------------------------------------------------- facts and numbers

FACTS = (
    *("lives", "lives:unzen", "stays", "works", "studies:unzen", "belongs", "registered:scheme", "registered:x"),
    *("trained:briefing", "trained:x", "insured:first", "insured:second", "care:support", "care:care", "care:programme"),
    *("care:checklist", "arrears:care_premium", "arrears:x", "status:high_school_student", "status:x", "officer:suitable"),
    *("officer:x", "age_at_least:65", "age_at_most:29", "something:else", "{odd}", ":", ""),
)


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_has_words_in_every_language(fact: str) -> None:
    said = {locale: known.matter(fact, locale) for locale in LOCALES}
    assert said["en"].startswith("whether ")
    assert said["ja"].endswith("かどうか")
    assert said["ja-easy"].endswith("か どうか")
    assert not re.search(r"\byou\b", known.matter(fact, "en", "they"))


def test_facts_are_told_apart() -> None:
    for locale in LOCALES:
        assert len({known.matter(fact, locale) for fact in FACTS}) >= len(FACTS) - 1


def test_every_word_is_there_in_every_language() -> None:
    for book in (words.WORDS, words.CODES, words.UNITS, words.RESIDENCE, words.INSURED, words.NOTICE):
        for code, wording in book.items():
            assert set(wording) == set(LOCALES), code
            assert all(wording.values())
            assert wording["en"].isascii()


def test_a_code_that_nobody_knows_any_more_still_gives_a_sentence() -> None:
    old = Step("long_gone", {"of": "x"})
    for locale in LOCALES:
        assert "long_gone" in explain.say(old, locale, "pt")
        assert explain.say(Step("expires", {"expires_on": "no day"}), locale, "pt")
        assert explain.say(Step("outside_season", {"first": "99-99", "last": "x"}), locale, "pt")


# ----------------------------------------------------------------------------------------------------------------------- in full


def test_whatever_is_counted_of_the_past_has_its_words() -> None:
    assert set(fields.MEASURES) == set(get_args(Measure))


def test_in_full_every_step_and_every_source_is_there() -> None:
    rules = edition(eligibility=(HERE,), caps=(cap(3),))
    seen = told(rules, answered(rules, yes=True), 2)
    decision = evaluate.evaluate(rules, seen)
    said = explain.full(decision.trace, "en", "pt", seen=seen)
    assert "whether the member lives in this municipality [lives]: yes (10 May 2026, source: register of residents)" in said
    assert "counted before: 2 amount (a day, 10 May 2026 - 10 May 2026)" in said
    japanese = explain.full(decision.trace, "ja", "pt", seen=seen)
    assert {"活動の種類: サロン", "立場: 手伝う人として"} < set(japanese)
    assert any(line.startswith("これまでに数えたもの: 2 (付けた数)") for line in japanese)
    steps = said[-len(decision.trace) :]
    assert [line.rpartition("[")[2].split(" ")[0].rstrip("]") for line in steps] == [step.code for step in decision.trace]
    assert steps[0] == "Clause 1 applies (kind of activity salon). [clause clause=1 activity_kind=salon]"
