"""The pages of docs/rules are true: every example is an edition, every refusal is refused, and what is said to come of it does."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import msgspec
import pytest

from rules import check, parse, reasons, unreadable_facts
from rules.refusals import UnreadableEdition
from tests.support import rule_pages
from tests.support.rule_pages import Block

WHOLE = [block for page in rule_pages.pages() for block in rule_pages.blocks(page) if block.kind in {"toml edition", "toml part"}]
REFUSED = [block for page in rule_pages.pages() for block in rule_pages.blocks(page) if block.kind == "toml refused"]
TRIED = list(rule_pages.tried())
CHAPTERS = ("who.md", "earning.md", "caps.md", "periods.md", "conversion.md", "ending.md", "between.md")


def named(block: Block | tuple[Block, str]) -> str:
    return block.where if isinstance(block, Block) else block[0].where


@pytest.mark.parametrize("block", WHOLE, ids=named)
def test_every_example_is_an_edition(block: Block) -> None:
    assert parse.parse(rule_pages.edition_of(block))


@pytest.mark.parametrize("block", REFUSED, ids=named)
def test_what_is_said_to_be_refused_is_refused_there(block: Block) -> None:
    with pytest.raises(UnreadableEdition) as refused:
        parse.parse(rule_pages.edition_of(block))
    assert [error.path for error in refused.value.errors] == list(block.words[1:])


@pytest.mark.parametrize("tried", TRIED, ids=named)
def test_what_is_said_to_come_of_it_does(tried: tuple[Block, str]) -> None:
    block, document = tried
    facts, said = rule_pages.facts_of(block)
    results = check.evaluate_document(document, facts)
    found = [
        (line, result.amount, result.reason, None if left is None else result.balance)
        for (line, _, _, left), result in zip(said, results, strict=True)
    ]
    assert found == said


def test_every_block_of_toml_is_tried() -> None:
    known = {"toml edition", "toml part", "toml refused"}
    blocks = [block for page in rule_pages.pages() for block in rule_pages.blocks(page)]
    assert not [block.where for block in blocks if block.language == "toml" and block.kind not in known]
    assert len(WHOLE) > 60
    assert len(TRIED) > 60


# ------------------------------------------------------------------------------------------------------ the whole vocabulary


def words_of_the_vocabulary() -> set[str]:
    """Every field and every choice."""
    parts: dict[str, Any] = msgspec.json.schema(parse.Edition)["$defs"]
    fields = {name: field for part in parts.values() for name, field in part["properties"].items()}
    choices = {choice for field in re.findall(r'"enum": \[([^\]]*)\]', json.dumps(parts)) for choice in json.loads(f"[{field}]")}
    return set(fields) | {choice for choice in choices if isinstance(choice, str)}


def test_every_word_of_the_vocabulary_is_in_a_chapter() -> None:
    text = "\n".join(rule_pages.pages()[page] for page in ("README.md", *CHAPTERS))
    missing = {word for word in words_of_the_vocabulary() if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)}
    assert not missing


def test_every_variant_stands_in_an_example() -> None:
    """Each `test`, `how`, `type` and `to` of the vocabulary is in some example that is tried as an edition."""
    text = "\n".join(block.text for block in WHOLE)
    variants = {
        (part["properties"][tag]["enum"][0], tag)
        for part in msgspec.json.schema(parse.Edition)["$defs"].values()
        for tag in ("test", "how", "type", "to")
        if tag in part["properties"] and len(part["properties"][tag].get("enum", ())) == 1
    }
    assert len(variants) > 50
    assert not [(tag, name) for name, tag in variants if f'{tag} = "{name}"' not in text]


def test_each_part_has_its_clause_in_both_languages() -> None:
    """A heading of the third level names a part; below it stand the clause in Japanese, the same in English, and an example."""
    for page in CHAPTERS:
        for section in re.split(r"^### ", rule_pages.pages()[page], flags=re.MULTILINE)[1:]:
            title = f"{page}: {section.splitlines()[0]}"
            assert re.search(r"^> .*[ぁ-ん]", section, flags=re.MULTILINE), f"{title}: no clause in Japanese"
            assert re.search(r"^> [A-Z0-9(].*\.$", section, flags=re.MULTILINE), f"{title}: no clause in English"
            assert "```toml part" in section, f"{title}: no example"


# ------------------------------------------------------------------------------------------------------------ printed output


def test_the_worked_example_prints_what_the_page_prints() -> None:
    blocks = {" ".join(block.words): block.text for block in rule_pages.blocks("evaluate.md")}
    results = check.evaluate_document(blocks["edition town"], blocks["facts"].encode())
    town = parse.parse(blocks["edition town"])
    printed = "".join(f"{check.lines(result, [town], 'en')}\n" for result in results)
    assert printed == blocks["printed"]
    one = next(result for result in results if result.id == json.loads(blocks["one"])["id"])
    told = {name: value for name, value in json.loads(msgspec.json.encode(one)).items() if name in json.loads(blocks["one"])}
    assert told == json.loads(blocks["one"])
    assert set(json.loads(msgspec.json.encode(one))) == set(json.loads(blocks["one"]))


def test_a_document_that_is_refused_is_told_as_printed() -> None:
    blocks = {" ".join(block.words): block.text for block in rule_pages.blocks("evaluate.md")}
    events = json.loads(blocks["facts"])["events"]
    events[2] |= {"id": "a3", "role": "helpr", "occurred_on": "2026/5/10"}
    told = unreadable_facts.find(json.dumps({"events": events[:3]}).encode(), "en")
    assert sorted(f"facts.json: {each}" for each in told) == sorted(re.split(r"\n(?=facts)", blocks["refused"].strip()))


def test_the_mistake_of_the_front_page_is_told_as_printed() -> None:
    blocks = {" ".join(block.words): block.text for block in rule_pages.blocks("README.md")}
    report = check.check(blocks["edition town"].replace('rounding = "down", ', ""), "town.toml")
    told = [f"{report.name}:{each.line}: {each.path}: {each.problem}\n    {each.hint}\n" for each in report.errors]
    assert told == [blocks["mistake"]]


def test_the_reasons_are_drawn_from_what_is_said() -> None:
    assert rule_pages.pages()["reasons.md"] == reasons.markdown(), "draw it anew: python -m rules.reasons > docs/rules/reasons.md"


def test_pages_point_at_pages_that_there_are() -> None:
    for page, text in rule_pages.pages().items():
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (rule_pages.PAGES / target).exists(), f"{page} points at {target}"


def test_every_type_of_event_is_in_the_page_on_evaluating() -> None:
    from rules.trial_document import Event

    page = rule_pages.pages()["evaluate.md"]
    for event in get_args(Event):
        assert f"`{event.__struct_config__.tag}`" in page
        assert all(f"`{name}`" in page for name in event.__struct_fields__), event
