"""Rules edited as a form: what is typed becomes the next version of the draft, byte for byte otherwise; nothing typed is lost."""

from __future__ import annotations

import asyncio
import html
import json
import re
from html.parser import HTMLParser

import httpx
import pytest

from db import query
from db.transact import read
from rules import parse
from tests.e2e.test_pages_office import code, gone
from tests.support import browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Town, ok
from tests.support.towns import TOWN

_VERSIONS = query.statement(
    """
    select version, document, note from rules.edition_draft
    where municipality_id = db.municipality() and draft_id = :draft_id order by version
    """
)


class Form(HTMLParser):
    """The fields of the page's form, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.inside = ""
        self.select = ""
        self.first = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told["action"].endswith("/form"):
            self.inside = told["action"]
        if not self.inside:
            return
        if tag == "select":
            self.select = told["name"]
            self.sent.setdefault(self.select, [""])
            self.first = ""
        elif tag == "option" and self.select:
            if not self.first or "selected" in told:
                self.sent[self.select][-1:] = [told["value"]]
            self.first = "seen"
        elif tag == "input" and (told.get("type") != "checkbox" or "checked" in told):
            self.sent.setdefault(told["name"], []).append(told["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = ""
        if tag == "select":
            self.select = ""


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def officer(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.officer)


@pytest.fixture(scope="module")
async def second(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.second)


async def started(officer: Browser, town: Town, **fields: str) -> str:
    path = f"/office/schemes/{town.scheme}"
    return gone(await officer.send(f"{path}/drafts", on=path, **fields))


async def versions(town: Town, draft: str) -> list[tuple[int, str, str | None]]:
    """Every version of a draft as PostgreSQL keeps it."""
    draft_id = draft.rpartition("/")[2]
    rows = await read(town.service.engine, TOWN, lambda conn: query.rows(conn, _VERSIONS, draft_id=draft_id))
    return [(row.version, row.document, row.note) for row in rows]


async def send(officer: Browser, draft: str, page: httpx.Response, do: str, **told: str | list[str]) -> httpx.Response:
    """Presses a button of the form on `page`, with these answers in it; `__` stands for a dot."""
    answers = {name.replace("__", "."): value if isinstance(value, list) else [value] for name, value in told.items()}
    return await officer.post(f"{draft}/form", Form(page.text).sent | answers | {"do": [do]})


def said(page: httpx.Response, name: str) -> str:
    """The sentence beside a part."""
    return html.unescape(re.findall(rf'data-of="{re.escape(name)}">.*?</span> <span>(.*?)</span>', page.text)[0])


def mistake(page: httpx.Response, name: str) -> str:
    """What is wrong at a field."""
    found = re.findall(rf'<span class="mistake" id="w-{re.escape(name)}-1">(.*?)</span>', page.text)
    return html.unescape(found[0]) if found else ""


async def test_a_form_sent_back_as_it_came_keeps_nothing(town: Town, officer: Browser) -> None:
    draft = await started(officer, town, preset="yokohama")
    page = await officer.get(f"{draft}/form")
    assert "この画面では変えられない部分" in page.text
    assert "対象者" in page.text
    assert gone(await send(officer, draft, page, "save")) == draft
    assert len(await versions(town, draft)) == 1


async def test_earning_and_caps_are_changed_seen_in_sentences_and_kept_as_the_next_version(town: Town, officer: Browser) -> None:
    draft = await started(officer, town)
    page = await officer.get(f"{draft}/form")
    before = (await versions(town, draft))[0][1]
    assert "100ポイント" in said(page, "clauses[1]")
    page = await send(officer, draft, page, "add:caps", **{"clauses[1]__earn__amount": "１２０"})
    assert page.status_code == 200
    assert "120ポイント" in said(page, "clauses[1]")
    assert "まだ保存していません。" in page.text
    cap = re.findall(r'data-of="(caps\[\d+\])"', page.text)[-1]
    assert "まだ文になりません" in said(page, cap)
    page = await send(officer, draft, page, "save")
    assert page.status_code == 422
    assert mistake(page, f"{cap}.limit") == "まだ書かれていません。"
    assert len(await versions(town, draft)) == 1, "nothing is kept while something is wrong"
    told = {"limit": "10", "of": "grants", "per": "month", "for_each": ["", "member"], "stops": "earning"}
    filled = {f"{cap}.{name}": value for name, value in told.items()}
    page = await send(officer, draft, page, "look", **filled)
    assert said(page, cap).endswith("会員ごとに1か月につき10回(付与の上限)。")
    assert gone(await send(officer, draft, page, "save", note="単価と上限")) == draft
    kept = await versions(town, draft)
    assert [(version, note) for version, _, note in kept] == [(1, None), (2, "単価と上限")]
    edition = parse.parse(kept[1][1])
    assert edition.caps[-1].limit == 10
    was, now = (text.splitlines() for text in (before, kept[1][1]))
    cap_lines = {"[[caps]]", "limit = 10", 'of = "grants"', 'per = "month"', 'for_each = ["member"]', 'stops = "earning"'}
    assert {line for line in set(now) - set(was) if "120" not in line} == cap_lines
    assert {line for line in set(was) - set(now) if "100" not in line} == {"caps = []"}
    page = await officer.get(draft)
    assert "100ポイントから120ポイントに増えます。" in page.text
    assert "この版を提案する" in page.text


async def test_another_kind_shows_its_fields_and_keeps_what_was_typed(town: Town, officer: Browser) -> None:
    draft = await started(officer, town, preset="per-occasion")
    page = await officer.get(f"{draft}/form")
    page = await send(officer, draft, page, "kind", expiry__type="months_after", title__ja="新しい題名")
    assert page.status_code == 200
    assert Form(page.text).sent["expiry.months"] == [""]
    assert Form(page.text).sent["title.ja"] == ["新しい題名"]
    page = await send(officer, draft, page, "save", expiry__months="多い", starts_on="2026-07-01")
    assert mistake(page, "expiry.months") == '文字 "多い" は、整数ではありません。'
    assert mistake(page, "expiry.counted_from") == "まだ書かれていません。"
    assert Form(page.text).sent["expiry.months"] == ["多い"]
    assert Form(page.text).sent["starts_on"] == ["2026-07-01"]
    done = await send(officer, draft, page, "save", expiry__months="24", expiry__counted_from="grant")
    assert gone(done) == draft
    assert 'expiry = { type = "months_after", months = 24, counted_from = "grant" }' in (await versions(town, draft))[1][1]


async def test_a_part_is_taken_away_and_the_text_keeps_its_remarks(town: Town, officer: Browser) -> None:
    draft = await started(officer, town, preset="yokohama")
    page = await officer.get(f"{draft}/form")
    page = await send(officer, draft, page, "take:caps[1]")
    assert 'data-of="caps[2]"' not in page.text
    assert gone(await send(officer, draft, page, "save")) == draft
    (_, before, _), (_, after, _) = await versions(town, draft)
    assert after == before.replace(
        '[[caps]]\nlimit = 200\nof = "amount"\nper = "day"\nfor_each = ["member"]\nstops = "converting"\n\n', ""
    )


async def test_who_was_slower_loses_nothing_and_overwrites_nobody_unseen(town: Town, officer: Browser, second: Browser) -> None:
    draft = await started(officer, town)
    page = await officer.get(f"{draft}/form")
    other = await second.get(f"{draft}/form")
    assert gone(await send(second, draft, other, "save", **{"clauses[1]__earn__amount": "150"})) == draft
    page = await send(officer, draft, page, "save", title__ja="わたしの題名")
    assert page.status_code == 409
    assert "ほかの人が、先に第2版を保存しました。" in page.text
    assert "150ポイントから100ポイントに減ります。" in page.text, "what of theirs would be undone"
    assert Form(page.text).sent["title.ja"] == ["わたしの題名"]
    assert len(await versions(town, draft)) == 2
    assert gone(await send(officer, draft, page, "save")) == draft
    assert [parse.parse(text).title.ja for _, text, _ in await versions(town, draft)][2] == "わたしの題名"


async def test_of_two_who_save_at_once_one_is_shown_the_form_again(town: Town, officer: Browser, second: Browser) -> None:
    draft = await started(officer, town)
    page, other = await officer.get(f"{draft}/form"), await second.get(f"{draft}/form")
    told = {"title__ja": "同時の題名"}
    answers = await asyncio.gather(
        send(officer, draft, page, "save", **told), send(second, draft, other, "save", **told, note="x")
    )
    assert sorted(each.status_code for each in answers) in ([303, 303], [303, 409]), "the same answer twice is one version"
    assert len(await versions(town, draft)) == 2
    page, other = await officer.get(f"{draft}/form"), await second.get(f"{draft}/form")
    answers = await asyncio.gather(
        send(officer, draft, page, "save", title__ja="甲"), send(second, draft, other, "save", title__ja="乙")
    )
    slower = next(each for each in answers if each.status_code == 409)
    assert Form(slower.text).sent["title.ja"][0] in {"甲", "乙"}
    kept = [parse.parse(text).title.ja for _, text, _ in await versions(town, draft)]
    assert len(kept) == 3
    assert {kept[2], Form(slower.text).sent["title.ja"][0]} == {"甲", "乙"}


async def test_what_is_no_document_is_mended_as_a_text(town: Town, officer: Browser) -> None:
    asked = {"document": 'scheme = "x"\nunit = '}
    draft = f"/office/drafts/{ok(await town.officer.post(f'/schemes/{town.scheme}/drafts', asked))['draft_id']}"
    assert gone(await officer.get(f"{draft}/form")) == draft
    assert f"{draft}/form" not in (await officer.get(draft)).text
    deep = {"document": "x = " + "[" * 60 + "]" * 60}
    draft = f"/office/drafts/{ok(await town.officer.post(f'/schemes/{town.scheme}/drafts', deep))['draft_id']}"
    assert gone(await officer.get(f"{draft}/form")) == draft


async def test_what_nobody_typed_into_the_form_is_refused(town: Town, officer: Browser) -> None:
    draft = await started(officer, town)
    sent = Form((await officer.get(f"{draft}/form")).text).sent
    foreign = await officer.post(f"{draft}/form", sent | {"form_token": ["x"], "do": ["save"]})
    assert code(foreign) == "foreign_form"
    for wrong in ({"follows": ["two"]}, {"document": ["no text"]}, {"document": ["7"]}):
        assert code(await officer.post(f"{draft}/form", sent | wrong)) == "form_incomplete"
    assert code(await officer.post(f"{draft}/form", sent | {"follows": ["9"]})) == "unknown_draft"
    assert code(await officer.post(f"{draft}/form", sent | {"document": [json.dumps("x = ")]})) == "unreadable_edition"
    odd = {"nobody[1].knows": ["x"], "do": ["add:nobody"], "eligibility[1].test": ["age"]}
    assert (await officer.post(f"{draft}/form", sent | odd)).status_code == 200
    assert len(await versions(town, draft)) == 1


async def test_in_english_and_easy_japanese(town: Town, officer: Browser) -> None:
    draft = await started(officer, town)
    for locale, words in (("en", "What everybody reads"), ("ja-easy", "みんなが 読む 文")):
        officer.http.cookies.set("yui-lang", locale)
        page = await officer.get(f"{draft}/form")
        officer.http.cookies.delete("yui-lang")
        assert words in page.text
