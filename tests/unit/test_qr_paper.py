from __future__ import annotations

import dataclasses
import html
import re
from html.parser import HTMLParser

import pytest

from kernel import text
from qr import paper, refusals, render, tokens
from qr.tokens import Kind

ADDRESS = tokens.address("https://YUI.EXAMPLE.JP", Kind.CARD, tokens.new_card(bytes(range(10))).text)
CARD = paper.CardFace(address=ADDRESS, number="1024", name="山田 花子", town="結町", contact="結町社会福祉協議会 0120-00-0000")
POSTER = paper.PosterFace(address=ADDRESS, place="さくら公民館 健康サロン", town="結町", contact="0120-00-0000")
HOSTILE = "</p><script>\"'&amp;"


class Page(HTMLParser):
    """What a browser would find: tags with their attributes, and the words of the body."""

    VOID = frozenset({"meta", "rect", "path"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words += data


def every_page() -> dict[str, str]:
    return {"card": paper.card(CARD), "sheet": paper.sheet([CARD] * 3), "poster": paper.poster(POSTER)}


def drawn_symbol(page: str) -> str:
    found = re.findall(r'<path fill="#000" d="([^"]+)"', page)
    assert len(found) == 1
    return found[0]


def test_a_card_says_who_and_what_to_do_when_it_is_lost() -> None:
    words = Page(paper.card(CARD)).words
    for said in (
        "ゆい 会員カード",
        "1024",
        "山田 花子",
        "結町",
        "0120-00-0000",
        "なくしても ポイントは きえません。",
        "新しい カードに かえます。",
    ):
        assert said in words


def test_a_poster_says_where_and_how() -> None:
    words = Page(paper.poster(POSTER)).words
    for said in (
        "ここで 受付できます",
        "さくら公民館 健康サロン",
        "スマートフォンが なくても だいじょうぶです。",
        "0120-00-0000",
    ):
        assert said in words


def test_paper_carries_the_symbol_of_its_address() -> None:
    symbol = drawn_symbol(render.svg(render.symbol(ADDRESS), ""))
    assert drawn_symbol(paper.card(CARD)) == symbol
    assert drawn_symbol(paper.poster(POSTER)) == symbol


def test_a_card_has_the_size_of_a_bank_card_and_a_symbol_of_30_mm() -> None:
    page = paper.card(CARD)
    assert "@page{size:85.6mm 54mm;margin:0}" in page
    assert re.search(r"\.face svg\{width:(\d+)mm", page)[1] == f"{paper.SYMBOL_MM:g}"  # pyright: ignore[reportOptionalSubscript]
    for host in ("A.JP", "YUI.EXAMPLE.JP", "POINTS.TOWN.EXAMPLE.HOKKAIDO.JP"):
        drawn = render.symbol(ADDRESS.replace("YUI.EXAMPLE.JP", host))
        assert paper.SYMBOL_MM * drawn.size / drawn.full_size >= 30


@pytest.mark.parametrize("page", every_page().values(), ids=every_page().keys())
def test_paper_needs_nothing_from_elsewhere(page: str) -> None:
    assert page.startswith('<!doctype html>\n<html lang="ja">')
    assert set(re.findall(r"https?://[^\"]+", page)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in page
    assert "@import" not in page
    found = Page(page)
    assert not {"script", "link", "img", "iframe", "object", "image", "use"} & set(found.tags)
    assert not [name for name in found.attributes if name in {"src", "href", "xlink:href"} or name.startswith("on")]
    assert '"BIZ UDPGothic","Noto Sans JP",sans-serif' in page


@pytest.mark.parametrize("field", ["name", "town", "contact"])
def test_a_card_shows_hostile_words_as_words(field: str) -> None:
    page = paper.card(dataclasses.replace(CARD, **{field: HOSTILE}))
    assert HOSTILE not in page
    assert html.escape(HOSTILE) in page
    found = Page(page)
    assert "script" not in found.tags
    assert HOSTILE in found.words


@pytest.mark.parametrize("field", ["place", "town", "contact"])
def test_a_poster_shows_hostile_words_as_words(field: str) -> None:
    found = Page(paper.poster(dataclasses.replace(POSTER, **{field: HOSTILE})))
    assert "script" not in found.tags
    assert HOSTILE in found.words


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("name", "花子\u202e", text.UnreadableText),
        ("name", "花\0子", text.UnreadableText),
        ("name", "花" * 81, text.TextTooLong),
        ("number", "1" * 13, text.TextTooLong),
        ("number", " ", text.TextMissing),
        ("town", "結\n町", text.UnreadableText),
        ("contact", "0" * 61, text.TextTooLong),
    ],
)
def test_words_that_cannot_be_printed_are_refused(field: str, value: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as refused:
        paper.card(dataclasses.replace(CARD, **{field: value}))
    assert refused.value.field == field  # pyright: ignore[reportAttributeAccessIssue]


def lines(ems: int, size_mm: float, width_mm: float) -> int:
    return -(-ems // int(width_mm / size_mm))


def sizes(page: str) -> list[float]:
    return [float(size) for size in re.findall(r'style="font-size:([\d.]+)mm"', page)]


def test_long_words_are_set_smaller_and_still_fit() -> None:
    names: list[float] = []
    for length in (4, 12, 24, 40, text.NAME_LENGTH_MAX):
        words = {"name": "花" * length, "town": "結" * min(length, paper.TOWN_LENGTH_MAX), "contact": "〇" * min(length, 60)}
        town, number, name, contact = sizes(paper.card(dataclasses.replace(CARD, **words)))
        assert number == 8
        assert lines(len(words["town"]), town, 39) * town * 1.25 <= 3.5
        assert lines(len(words["name"]), name, 39) * name * 1.25 <= 10
        assert lines(len(words["contact"]) + 6, contact, 80) * contact * 1.25 <= 4.75
        names.append(name)
    assert names == sorted(names, reverse=True)
    assert names[0] == 5.5


def test_the_longest_number_stays_on_its_line() -> None:
    _, number, *_ = sizes(paper.card(dataclasses.replace(CARD, number="1" * paper.NUMBER_LENGTH_MAX)))
    assert number == 4
    assert number * paper.NUMBER_LENGTH_MAX * 0.62 <= 39


@pytest.mark.parametrize(("count", "pages"), [(0, 0), (1, 1), (10, 1), (11, 2)])
def test_ten_cards_go_on_a_page(count: int, pages: int) -> None:
    page = paper.sheet([dataclasses.replace(CARD, number=str(i)) for i in range(count)])
    assert page.count('<section class="card">') == count
    assert page.count('<div class="page">') == page.count('<svg class="marks"') == pages
    numbers = re.findall(r'class="number"[^>]*>(\d+)<', page)
    assert numbers == [str(i) for i in range(count)]


def test_the_sheet_is_centred_and_its_marks_lie_on_the_cuts() -> None:
    page = paper.sheet([CARD])
    assert "left:19.4mm;top:13.5mm" in page
    marks = re.search(r'<svg class="marks"[^>]*><path d="([^"]+)"', page)
    assert marks is not None
    marked = re.findall(r"M([\d.]+) ([\d.]+)([hv])5", marks[1])
    across = sorted({float(y) for _, y, way in marked if way == "h"})
    down = sorted({float(x) for x, _, way in marked if way == "v"})
    assert across == [13.5, 67.5, 121.5, 175.5, 229.5, 283.5]
    assert down == [19.4, 105, 190.6]
    assert len(marked) == 2 * (len(across) + len(down))
    for x, y, way in marked:  # no mark crosses a card
        start = float(x if way == "h" else y)
        first, last = (19.4, 190.6) if way == "h" else (13.5, 283.5)
        assert start >= 0
        assert start + 5 < first or start > last


def test_more_cards_than_a_print_out_holds_are_refused() -> None:
    with pytest.raises(refusals.TooManyCards) as refused:
        paper.sheet([CARD] * (paper.CARDS_MAX + 1))
    assert (refused.value.count, refused.value.count_max) == (501, 500)
