"""Paper for people without a phone: a member's card, a sheet of ten to cut, and a poster, as HTML that prints as it is.

Promises pages that need nothing from elsewhere (system fonts, symbols inside), in true millimetres, with every word that comes
from outside cleaned and escaped, and a card's symbol at 30 mm or more, which old phones read at arm's length.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from kernel import text
from qr import refusals, render

CARD_MM = (85.6, 54.0)  # ISO/IEC 7810 ID-1, as bank cards
SHEET_MM = (210.0, 297.0)  # A4
SHEET_COLUMNS, SHEET_ROWS = 2, 5
Stock = Literal["plain", "meishi"]
CELLS_MM: dict[Stock, tuple[float, float]] = {"plain": CARD_MM, "meishi": (91.0, 55.0)}
"""What a sheet is cut or torn into: cards with marks where to cut, or the ten of a sheet for business cards (名刺), which has none."""
CARDS_MAX = 500  # of one print-out
SYMBOL_MM = 40.0  # with its quiet zone; from version 2 on the symbol itself is over 30 mm
NUMBER_LENGTH_MAX = 12
TOWN_LENGTH_MAX = 24
CONTACT_LENGTH_MAX = 60

_LINE_HEIGHT = 1.25
_HALF_WIDTH_EM = 0.62  # a Latin letter or a figure in bold

_PAGE_STYLE = """
*{box-sizing:border-box;margin:0;padding:0}
html{font-family:"BIZ UDPGothic","Noto Sans JP",sans-serif;color:#000;background:#fff}
p,h1,h2,li{line-height:1.25;overflow-wrap:anywhere}
svg{display:block}
"""
_CARD_STYLE = """
.card{width:85.6mm;height:54mm;padding:2.5mm;overflow:hidden;break-inside:avoid;background:#fff}
.face{display:flex;gap:1mm;height:40mm}
.face svg{width:40mm;height:40mm;flex:none}
.words{width:39mm;padding-top:1.5mm}
.what{font-size:4.2mm;font-weight:700}
.label{font-size:2.6mm;margin-top:1.5mm}
.number,.name{font-weight:700}
.lost{height:9mm;padding-top:1mm;font-size:2.6mm}
"""
_SHEET_STYLE = """
@page{size:A4;margin:0}
.page{position:relative;width:210mm;height:297mm;overflow:hidden;break-after:page}
.page:last-child{break-after:auto}
.marks{position:absolute;inset:0;width:210mm;height:297mm}
.cards{position:absolute;display:grid;place-items:center}
"""
_POSTER_STYLE = """
@page{size:A4;margin:0}
.poster{width:210mm;height:297mm;padding:14mm 16mm;overflow:hidden;text-align:center}
.poster h1{font-size:17mm}
.poster h2{height:24mm;margin-top:2mm}
.poster svg{width:120mm;height:120mm;margin:1mm auto}
.poster ol{list-style-position:inside;text-align:left;font-size:6.4mm;font-weight:700}
.poster li{margin-bottom:1.5mm}
.more{text-align:left;font-size:5.6mm;margin-top:2.5mm}
.ask{text-align:left;font-size:5mm;margin-top:3mm;padding-top:2mm;border-top:.5mm solid #000}
"""


@dataclass(frozen=True)
class CardFace:
    """What a card says: the address in its symbol, the member's short number and name, the town, and whom to tell of a loss."""

    address: str
    number: str
    name: str
    town: str
    contact: str


@dataclass(frozen=True)
class PosterFace:
    """What a poster says: the address in its symbol, the place or activity, the town, and whom to ask."""

    address: str
    place: str
    town: str
    contact: str


def card(face: CardFace) -> str:
    """One card, a page of 85.6 × 54 mm. Raises TextMissing, TextTooLong, UnreadableText."""
    style = "@page{size:85.6mm 54mm;margin:0}" + _CARD_STYLE
    return _page("ゆい 会員カード", style, _card(face))


def sheet(faces: Sequence[CardFace], stock: Stock = "plain") -> str:
    """Cards on A4, two by five; as many pages as it takes. Raises TooManyCards and what `card` raises."""
    if len(faces) > CARDS_MAX:
        raise refusals.TooManyCards(count=len(faces), count_max=CARDS_MAX)
    drawn = [_card(face) for face in faces]
    per_page = SHEET_COLUMNS * SHEET_ROWS
    pages = [drawn[first : first + per_page] for first in range(0, len(drawn), per_page)]
    marks = _cut_marks() if stock == "plain" else ""
    body = "".join(f'<div class="page">{marks}<div class="cards">{"".join(page)}</div></div>' for page in pages)
    return _page("ゆい 会員カード", _CARD_STYLE + _SHEET_STYLE + _cells(CELLS_MM[stock]), body)


def poster(face: PosterFace) -> str:
    """A poster for a place or an activity, A4. Raises TextMissing, TextTooLong, UnreadableText."""
    place = text.clean("place", face.place, text.NAME_LENGTH_MAX)
    town, contact = _clean_sender(face.town, face.contact)
    symbol = render.svg(render.symbol(face.address), f"{place}の 受付の コード")
    size = _size_mm(place, width_mm=178, height_mm=24, sizes_mm=(11, 9, 7.5, 6, 5))
    body = f"""<main class="poster"><h1>ここで 受付できます</h1>
<h2 style="font-size:{size}mm">{escape(place)}</h2>{symbol}
<ol><li>スマートフォンの カメラを、上の 四角に 向けます。</li>
<li>画面に 出た 文字を おします。</li><li>大きな ボタンを おします。</li></ol>
<p class="more">スマートフォンが なくても だいじょうぶです。カードを 係の 人に 見せてください。</p>
<p class="more">カードを 忘れた ときも、係の 人に 言ってください。参加は あとで 係の 人が 確かめます。</p>
<p class="ask">{escape(town)}　わからない ときは: {escape(contact)}</p></main>"""
    return _page(f"{place} 受付", _POSTER_STYLE, body)


def _card(face: CardFace) -> str:
    number = text.clean("number", face.number, NUMBER_LENGTH_MAX)
    name = text.clean("name", face.name, text.NAME_LENGTH_MAX)
    town, contact = _clean_sender(face.town, face.contact)
    town_size = _size_mm(town, width_mm=39, height_mm=3.5, sizes_mm=(2.8, 2.2, 1.6))
    number_size = _size_mm(number, width_mm=39, height_mm=10, sizes_mm=(8, 6.5, 5, 4, 3))
    name_size = _size_mm(name, width_mm=39, height_mm=10, sizes_mm=(5.5, 4.5, 3.6, 2.8, 2.2, 1.8))
    contact_size = _size_mm(f"お知らせ先: {contact}", width_mm=80, height_mm=4.75, sizes_mm=(2.8, 2.4, 1.9))
    symbol = render.svg(render.symbol(face.address), "会員カードの コード")
    return f"""<section class="card"><div class="face">{symbol}<div class="words">
<p style="font-size:{town_size}mm">{escape(town)}</p>
<p class="what">ゆい 会員カード</p>
<p class="label">会員番号</p><p class="number" style="font-size:{number_size}mm">{escape(number)}</p>
<p class="label">お名前</p><p class="name" style="font-size:{name_size}mm">{escape(name)}</p></div></div>
<div class="lost"><p>なくしても ポイントは きえません。新しい カードに かえます。</p>
<p style="font-size:{contact_size}mm">お知らせ先: {escape(contact)}</p></div></section>"""


def _clean_sender(town: str, contact: str) -> tuple[str, str]:
    return text.clean("town", town, TOWN_LENGTH_MAX), text.clean("contact", contact, CONTACT_LENGTH_MAX)


def _size_mm(words: str, *, width_mm: float, height_mm: float, sizes_mm: Sequence[float]) -> float:
    """The largest of `sizes_mm` at which `words`, wrapped, stay in the box; the smallest where none fits."""
    ems = sum(1 if unicodedata.east_asian_width(character) in "WFA" else _HALF_WIDTH_EM for character in words)
    for size in sizes_mm:
        ems_per_line = math.floor(width_mm / size)  # a full-width letter that does not fit moves down whole
        if math.ceil(ems / ems_per_line) * size * _LINE_HEIGHT <= height_mm:
            return size
    return sizes_mm[-1]


def _cells(cell_mm: tuple[float, float]) -> str:
    """Where the cells of a sheet are: two by five, in the middle of it."""
    width, height = cell_mm
    left, top = (SHEET_MM[0] - SHEET_COLUMNS * width) / 2, (SHEET_MM[1] - SHEET_ROWS * height) / 2
    grid = f"grid-template-columns:repeat({SHEET_COLUMNS},{width:g}mm);grid-auto-rows:{height:g}mm"
    return f".cards{{left:{left:g}mm;top:{top:g}mm;{grid}}}\n"


def _cut_marks() -> str:
    """Lines of 5 mm in the margin, 2 mm off the cards, where to cut."""
    left, top = (SHEET_MM[0] - SHEET_COLUMNS * CARD_MM[0]) / 2, (SHEET_MM[1] - SHEET_ROWS * CARD_MM[1]) / 2
    right, bottom = SHEET_MM[0] - left, SHEET_MM[1] - top
    across = [top + row * CARD_MM[1] for row in range(SHEET_ROWS + 1)]
    down = [left + column * CARD_MM[0] for column in range(SHEET_COLUMNS + 1)]
    path = "".join(f"M{left - 7:g} {y:g}h5M{right + 2:g} {y:g}h5" for y in across)
    path += "".join(f"M{x:g} {top - 7:g}v5M{x:g} {bottom + 2:g}v5" for x in down)
    return (
        f'<svg class="marks" aria-hidden="true" viewBox="0 0 {SHEET_MM[0]:g} {SHEET_MM[1]:g}">'
        f'<path d="{path}" fill="none" stroke="#000" stroke-width=".2"/></svg>'
    )


def _page(title: str, style: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="ja"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_PAGE_STYLE}{style}</style></head><body>{body}</body></html>\n"
    )
