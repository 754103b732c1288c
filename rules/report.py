"""A simulation as a page: one file without script or anything from elsewhere, in Japanese, with charts and the tables beside them.

It opens from a disk, prints on paper, and reads aloud. Members stand in it by number, nobody by name.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date

import jinja2
import msgspec
from markupsafe import Markup

from kernel import amounts
from rules import charts, report_words, totals
from rules.charts import Pair
from rules.simulation import Changed, Row, Simulation
from rules.wording import known, words

CURRENT, DRAFT = "実際", "案"
_STYLE = (
    "body{margin:0;background:#fff;color:#1a1a1c;font:18px/1.7 'BIZ UDPGothic','Noto Sans JP',sans-serif;overflow-wrap:anywhere}"
    "main{max-width:60rem;margin:0 auto;padding:1.5rem}h1{font-size:1.7rem;line-height:1.4}h2{font-size:1.25rem;margin-top:2.5rem}"
    ".lead{font-size:1.2rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem}dd{margin:0}"
    "figure{margin:0}figure svg{display:block;width:100%;max-width:34rem;height:auto}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "caption{text-align:left;font-weight:bold}th,td{border-bottom:1px solid #949494;padding:.3rem .6rem;text-align:right}"
    "td{white-space:nowrap}th{overflow-wrap:break-word;word-break:auto-phrase}"
    "th[scope=row],thead th:first-child{text-align:left}.sum{border-top:2px solid #1a1a1c;font-weight:bold}"
    ".calm{border-top:2px solid #626264;margin-top:3rem}.key svg{vertical-align:middle;margin-left:1rem}"
    "@media screen and (max-width:45rem){main{padding:1rem}table{font-size:.9rem}th,td{padding:.3rem .2rem}"
    "dl{display:block}svg{max-width:100%}}"
    ".back a{display:inline-block;padding:.6rem 0;color:#0017c1}"
    ":focus-visible{outline:4px solid #000;outline-offset:2px;box-shadow:0 0 0 2px #ffd43d}"
    "@media print{.back{display:none}.wide{overflow:visible}td{white-space:normal}}"
    "@media print{body{font-size:11pt}main{max-width:none;padding:0}section{break-inside:avoid}h2{break-after:avoid}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CSP = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""What a browser may do with the page when it is served: show it."""

NOTES = (
    "これは試算です。何も付与されず、記録も変わりません。",
    "「実際」は、この期間の活動について判定され、いま有効なものです。「案」は、同じ記録に案を当てはめたものです。",
    "期間より前に付いたものは、案の上限にも数えています。案の始まる日は、試算の最初の日に読みかえています。",
    "会員について分かっていること(年齢や登録など)は、いまの記録によります。",
    "予算枠が足りなくなっても試算は止まりません。足りなくなる日を示しています。",
    "交換の額は、全員が制度の年ごとに一度、期間に付いたものすべてを申請した場合のいちばん多い額です。",
)

_PAGES = jinja2.Environment(
    loader=jinja2.PackageLoader("web", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class _Figures(msgspec.Struct, frozen=True):
    """A row as it is shown."""

    label: str
    attendances: str
    current: str
    draft: str
    difference: str


class _Chart(msgspec.Struct, frozen=True):
    """A chart and the rows of its table."""

    title: str
    column: str
    svg: Markup
    rows: tuple[_Figures, ...]


class _Table(msgspec.Struct, frozen=True):
    """A table without a chart; `none` is what is said where it has no row."""

    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    none: str = "ありません。"


class _Page(msgspec.Struct, frozen=True):
    """The words and figures of the report."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    key: Markup
    unit: str
    total: _Figures
    charts: tuple[_Chart, ...]
    tables: tuple[_Table, ...]
    notes: tuple[str, ...]


def html(found: Simulation, town: str, *, back: str | None = None) -> str:
    """The report of a simulation in the municipality that is called `town`; `back` is the page from which it is looked at."""
    template = _PAGES.get_template("simulation.html")
    return template.render(page=_page(found, town), style=Markup(_STYLE), back=back)  # noqa: S704 - a constant of this module


def _page(found: Simulation, town: str) -> _Page:
    return _Page(
        title=f"{town} {found.title.ja}の試算",
        lead=_lead(found),
        facts=_facts(found),
        key=Markup(charts.key("key", CURRENT, DRAFT)),  # noqa: S704 - escaped where it is drawn
        unit=found.unit_label.ja,
        total=_figures(found, found.total),
        charts=tuple(_chart(found, *told) for told in report_words.TABLES),
        tables=(_changes(found), _budget(found), _caps(found), _asked(found), _reasons(found), _conversion(found)),
        notes=NOTES,
    )


def _lead(found: Simulation) -> str:
    total = found.total
    if not total.difference:
        return f"案でも、付く数は変わりません({_amount(found, total.draft)})。"
    word = "増えます" if total.difference > 0 else "減ります"
    more = f"{_amount(found, abs(total.difference))}{word}"
    return f"案では、付く数が {more}(実際 {_amount(found, total.current)}、案 {_amount(found, total.draft)})。"


def _facts(found: Simulation) -> tuple[tuple[str, str], ...]:
    members = found.members
    counted = [("期間", f"{_day(found.first_on)}から{_day(found.last_on)}まで"), ("参加の記録", f"{found.attendances:,}件")]
    counted += [(report_words.OUTCOMES.get(name, name), f"{count:,}件") for name, count in found.outcomes.items()]
    counted += [
        (f"除いたもの: {report_words.LEFT_OUT.get(name, name)}", f"{count:,}件") for name, count in found.left_out.items()
    ]
    counted += [
        ("増える会員", f"{members.gain:,}人(合わせて {_amount(found, members.gained)})"),
        ("減る会員", f"{members.lose:,}人(合わせて {_amount(found, members.lost)})"),
        ("変わらない会員", f"{members.stay:,}人"),
    ]
    return tuple(counted)


def _chart(found: Simulation, field: str, title: str, column: str) -> _Chart:
    rows: Sequence[Row] = getattr(found, field)
    shown = [_figures(found, row) for row in rows]
    pairs = [Pair(each.label, row.current, row.draft, each.current, each.draft) for row, each in zip(rows, shown, strict=True)]
    said = "、".join(f"{each.label} 実際 {each.current} 案 {each.draft}" for each in shown)
    svg = charts.bars(field.replace("_", "-"), f"{title}の付与", f"{title}に、実際と案を比べた図。{said}", pairs)
    return _Chart(title, column, Markup(svg), tuple(shown))  # noqa: S704 - escaped where it is drawn


def _figures(found: Simulation, row: Row) -> _Figures:
    return _Figures(
        label=_label(row),
        attendances=f"{row.attendances:,}",
        current=amounts_of(found, row.current),
        draft=amounts_of(found, row.draft),
        difference=_signed(found, row.difference),
    )


def _label(row: Row) -> str:
    if row.label == totals.UNKNOWN:
        return "わからない"
    year, _, month = row.label.partition("-")
    if len(year) == 4 and month.isdecimal():
        return f"{year}年{int(month)}月"
    first, _, last = row.label.partition("-")
    return f"{first}〜{last}歳" if first.isdecimal() and last.isdecimal() else report_words.KINDS.get(row.label, row.label)


def _changes(found: Simulation) -> _Table:
    rows = [_changed(found, each) for each in (*found.members.largest_gains, *found.members.largest_losses)]
    return _Table(
        "増減の大きい会員", "会員番号で示します", ("会員番号", CURRENT, DRAFT, "差"), tuple(rows), "増減する会員はいません。"
    )


def _changed(found: Simulation, each: Changed) -> tuple[str, ...]:
    return each.member, amounts_of(found, each.current), amounts_of(found, each.draft), _signed(found, each.difference)


def _budget(found: Simulation) -> _Table:
    columns = (
        "予算枠",
        "予算",
        f"{CURRENT}の使用",
        f"{CURRENT}で足りなくなる日",
        f"{DRAFT}の使用",
        f"{DRAFT}で足りなくなる日",
        "不足",
    )
    rows = [
        (
            f"{line.fiscal_year}年度 {line.funding_source or line.code}",
            "枠がありません" if line.appropriated is None else amounts_of(found, line.appropriated),
            amounts_of(found, line.current_drawn),
            _day(line.current_runs_out_on),
            amounts_of(found, line.draft_drawn),
            _day(line.draft_runs_out_on),
            amounts_of(found, line.draft_short),
        )
        for line in found.budget
    ]
    return _Table("予算枠", "年度の初めから期間の終わりまで", columns, tuple(rows), "使う予算枠はありません。")


def _caps(found: Simulation) -> _Table:
    rows = [(f"{hit.cap}. {hit.label.ja}", f"{hit.limit:,}", f"{hit.times:,}", amounts_of(found, hit.cut)) for hit in found.caps]
    return _Table(
        "上限", "案の上限が働いた回数と、減った数", ("上限", "限度", "回数", "減った数"), tuple(rows), "上限はありません。"
    )


def _asked(found: Simulation) -> _Table:
    rows = [(known.matter(each.fact, "ja", "they"), each.fact, f"{each.attendances:,}") for each in found.asked]
    none = "確認が要る事実はありません。"
    return _Table("確認が要る事実", "案の判定に要るのに、記録がないもの", ("事実", "符号", "参加の記録"), tuple(rows), none)


def _reasons(found: Simulation) -> _Table:
    rows = [(report_words.reason(each.code), f"{each.attendances:,}") for each in found.reasons]
    return _Table("案で付かない理由", "理由ごとの件数", ("理由", "参加の記録"), tuple(rows), "付かないものはありません。")


def _conversion(found: Simulation) -> _Table:
    conversion = found.conversion
    columns = ("受け取り方", "申請の数", "いちばん多い額", "単位")
    if conversion is None:
        return _Table("交換", "", columns, (), "案には交換がありません。")
    told = f"交換できる数は {_amount(found, conversion.convertible)}({conversion.members:,}人)"
    rows = [
        (words.name(form.form, "ja", words.WORDS), f"{form.claims:,}", f"{form.pays_at_most:,}", _unit(form.into))
        for form in conversion.forms
    ]
    return _Table("交換", told, columns, tuple(rows))


def amounts_of(found: Simulation, amount: int) -> str:
    """An amount of the scheme's unit as people write it, with commas."""
    whole, dot, part = amounts.shown(abs(amount), found.scale).partition(".")
    return f"{'-' if amount < 0 else ''}{int(whole):,}{dot}{part}"


def _signed(found: Simulation, amount: int) -> str:
    return f"{'+' if amount > 0 else ''}{amounts_of(found, amount)}"


def _amount(found: Simulation, amount: int) -> str:
    return f"{amounts_of(found, amount)} {found.unit_label.ja}"


def _unit(code: str) -> str:
    return words.UNITS[code]["ja"] if code in words.UNITS else code


def _day(on: date | None) -> str:
    return "なし" if on is None else f"{on.year}年{on.month}月{on.day}日"
