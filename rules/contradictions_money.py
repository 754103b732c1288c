"""Tables, rates, limits, forms and fees of an edition that would pay nothing, fall by mistake, or could be read in two ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rules import contradictions_rates, forms
from rules.schema import Fault, Path, fault
from rules.vocabulary import between, conversion, earning
from rules.vocabulary.conversion import ClaimLimit, Exchange, Form, Rate
from rules.vocabulary.edition import Edition

Row = tuple[int, int]
"""From how much on, and what it is worth."""


def find(edition: Edition, parts: Sequence[tuple[Path, object]]) -> Iterator[Fault]:
    """Every such part among `parts`, which are all parts of `edition`."""
    for path, each in parts:
        yield from _table(path, each)
        if isinstance(each, between.Fee):
            yield from _cancellations((*path, "cancellation"), each.cancellation)
    yield from _campaigns(edition)
    if isinstance(edition.conversion, Exchange):
        yield from _exchange(edition.conversion, edition.unit)


# ------------------------------------------------------------------------------------------------------------------ tables


def _table(path: Path, each: object) -> Iterator[Fault]:
    match each:
        case earning.Bands():
            rows = [(band.from_minutes, band.amount) for band in each.bands]
            yield from _bands(path, rows, "from_minutes", each.may_fall)
        case earning.MeasureBands():
            rows = [(band.at_least, band.amount) for band in each.bands]
            yield from _bands(path, rows, "at_least", each.may_fall)
        case earning.FirstThen():
            yield from _pieces((*path, "then"), each.then)
        case earning.PerTime() | earning.PerMeasure() | earning.Attested():
            yield from _less_than_one_unit(path, each)
        case earning.HostSet():
            yield from _host_set(path, each)
        case conversion.Tiers():
            yield from contradictions_rates.tiers((*path, "tiers"), each.tiers)
        case conversion.Slices():
            yield from contradictions_rates.slices((*path, "slices"), each.slices)
        case _:
            return


def _bands(path: Path, rows: list[Row], field: str, may_fall: bool) -> Iterator[Fault]:
    yield from contradictions_rates.rising((*path, "bands"), rows, field)
    falls = [number for number, (lower, upper) in enumerate(pairwise(rows), start=2) if upper[1] < lower[1]]
    if may_fall and not falls:
        yield fault(
            (*path, "may_fall"),
            ("no band is worth less than the one before", "前の段階より少なくなる段階はありません"),
            ("Leave may_fall out.", "may_fall は書きません。"),
        )
    for number in [] if may_fall else falls:
        yield fault(
            (*path, "bands", number, "amount"),
            (
                f"more earns less: {rows[number - 2][1]}, then {rows[number - 1][1]}",
                f"多いのに少なくなります({rows[number - 2][1]} の次が {rows[number - 1][1]})",
            ),
            (
                "Correct it, or state may_fall = true if the ordinance says so.",
                "直すか、要綱がそうなら may_fall = true と書きます。",
            ),
        )
    if not any(amount for _, amount in rows):
        yield fault(
            (*path, "bands"),
            ("no band is worth anything", "どの段階でも何も付きません"),
            ("State an amount in at least one of them.", "少なくとも一つの段階に、付く数を書きます。"),
        )


def _pieces(path: Path, pieces: tuple[earning.Piece, ...]) -> Iterator[Fault]:
    """Lengths of time once each, and none worth less than a shorter one."""
    for number, piece in enumerate(pieces, start=1):
        others = [other for other in pieces[: number - 1] if other.minutes == piece.minutes and other != piece]
        if others:
            yield fault(
                (*path, number, "minutes"),
                (f"{piece.minutes} minutes are worth two things", f"{piece.minutes} 分の額が二つあります"),
                ("State each length once.", "同じ長さは一度だけ書きます。"),
            )
        if any(other.minutes < piece.minutes and other.amount > piece.amount for other in pieces):
            yield fault(
                (*path, number, "amount"),
                (
                    f"{piece.minutes} minutes are worth less than a shorter time",
                    f"{piece.minutes} 分の額が、もっと短い時間より少なくなっています",
                ),
                ("Check the amounts and the lengths.", "額と時間を確かめてください。"),
            )


def _less_than_one_unit(path: Path, earn: earning.PerTime | earning.PerMeasure | earning.Attested) -> Iterator[Fault]:
    if earn.at_most is not None and earn.at_most < earn.amount:
        yield fault(
            (*path, "at_most"),
            (f"{earn.at_most} is less than one unit, {earn.amount}", f"{earn.at_most} は1単位の {earn.amount} より小さい数です"),
            ("Check both; at_most is the most that one attendance earns.", "両方を確かめてください。at_most は1回の上限です。"),
        )


def _host_set(path: Path, earn: earning.HostSet) -> Iterator[Fault]:
    if earn.at_least > earn.at_most:
        yield fault(
            (*path, "at_most"),
            (
                f"{earn.at_most} is less than at_least, {earn.at_least}",
                f"{earn.at_most} は at_least の {earn.at_least} より小さい数です",
            ),
            ("Write the smaller figure as at_least.", "小さいほうを at_least に書きます。"),
        )


def _campaigns(edition: Edition) -> Iterator[Fault]:
    for number, campaign in enumerate(edition.campaigns, start=1):
        if campaign.percent == 100:
            yield fault(
                ("campaigns", number, "percent"),
                ("100 percent is what is granted anyway", "100 パーセントでは、何も変わりません"),
                ("State 200 for twice as much, 150 for half as much again.", "2倍は 200、1.5倍は 150 と書きます。"),
            )


# -------------------------------------------------------------------------------------------------------------- conversion


def _exchange(exchange: Exchange, unit: str) -> Iterator[Fault]:
    yield from _forms(exchange.forms)
    yield from _limits(exchange)
    yield from contradictions_rates.two_stages(exchange)
    stages = [(("conversion", "into"), exchange.into)]
    stages += [] if exchange.then is None else [(("conversion", "then", "into"), exchange.then.into)]
    for path, into in stages:
        if into == unit:
            yield fault(
                path,
                (f"`{into}` is the unit that is converted", f"`{into}` は交換する前の単位です"),
                ('Name what it becomes, such as "yen".', '交換したあとの単位を書きます。例 "yen"。'),
            )


def _forms(forms: tuple[Form, ...]) -> Iterator[Fault]:
    names = [form.code or form.form for form in forms]
    for number, name in enumerate(names, start=1):
        if name in names[: number - 1]:
            yield fault(
                ("conversion", "forms", number),
                (f"two ways of being paid are called `{name}`", f"`{name}` という受け取り方が二つあります"),
                ('Give each a code of its own, such as code = "book-shop".', 'それぞれに符号を付けます。例 code = "book-shop"。'),
            )


def _limits(exchange: Exchange) -> Iterator[Fault]:
    smallest = _smallest_claim(exchange)
    for number, limit in enumerate(exchange.limits, start=1):
        path = ("conversion", "limits", number)
        if any(_same(limit, other) for other in exchange.limits[: number - 1]):
            yield fault(
                path,
                ("a limit of this per this is said twice", "of と per の同じ限度が二度書かれています"),
                ("Leave one of them.", "どちらか一つにします。"),
            )
        yield from _limited_forms(path, exchange, limit)
        if limit.minus and limit.of == "claims":
            yield fault(
                (*path, "minus"),
                ("an amount cannot be taken off a number of claims", "申請の回数から金額は差し引けません"),
                ('Leave it out, or say of = "value".', '書かないか、of = "value" とします。'),
            )
        if limit.of == "points" and limit.limit < smallest:
            yield fault(
                (*path, "limit"),
                (
                    f"a claim takes at least {smallest}, which is more than {limit.limit}",
                    f"申請には {smallest} 以上が必要で、限度の {limit.limit} を超えます",
                ),
                ("Check the limit, the minimum and the rate.", "限度、最少の数、率を確かめてください。"),
            )


def _limited_forms(path: Path, exchange: Exchange, limit: ClaimLimit) -> Iterator[Fault]:
    """A limit for a form that is not offered; and one on the value of forms that pay in different units, which cannot be added up."""
    offered = {forms.key(form): forms.unit_of(exchange, form) for form in exchange.forms}
    for form in limit.forms:
        if form not in offered:
            listed = ", ".join(offered)
            yield fault(
                (*path, "forms"),
                (f"there is no form `{form}`", f"受け取り方 `{form}` はありません"),
                (f"Choose from: {listed}.", f"次から選びます: {listed}。"),
            )
    units = {unit for form, unit in offered.items() if not limit.forms or form in limit.forms}
    if limit.of == "value" and len(units) > 1:
        yield fault(
            (*path, "forms"),
            (f"values in {', '.join(sorted(units))} cannot be added up", f"{'、'.join(sorted(units))} の額は合わせられません"),
            ('Name the forms it is for: forms = ["cash"].', '対象の受け取り方を書きます。例 forms = ["cash"]。'),
        )


def _same(limit: ClaimLimit, other: ClaimLimit) -> bool:
    mine, others = ((each.of, each.per, each.for_each, each.who, each.forms) for each in (limit, other))
    return mine == others


def _smallest_claim(exchange: Exchange) -> int:
    """The least number of points that any form of payout takes."""
    rates = [form.rate or exchange.rate for form in exchange.forms]
    return max(exchange.minimum, min(_least(rate) for rate in rates))


def _least(rate: Rate) -> int:
    match rate:
        case conversion.Linear() | conversion.Slices():
            return 1
        case conversion.Lots(lot=lot):
            return lot
        case conversion.Tiers(tiers=tiers):
            return tiers[0].from_points
        case conversion.Milestone(at=at):
            return at


# --------------------------------------------------------------------------------------------------------------------- fees


def _cancellations(path: Path, cancellations: tuple[between.Cancellation, ...]) -> Iterator[Fault]:
    notices = [each.notice for each in cancellations]
    for number, each in enumerate(cancellations, start=1):
        if each.notice in notices[: number - 1]:
            yield fault(
                (*path, number, "notice"),
                (f"`{each.notice}` is said twice", f"`{each.notice}` が二度書かれています"),
                ("Leave one of them.", "どちらか一つにします。"),
            )
        for name, figure in (("minutes", each.minutes), ("percent", each.percent), ("amount", each.amount)):
            yield from _figure_of_charge((*path, number, name), each.charge, name, figure)


def _figure_of_charge(path: Path, charge: str, name: str, figure: int | None) -> Iterator[Fault]:
    if charge == name and figure is None:
        yield fault(
            path,
            (f"the charge is `{name}`, but how much?", f"取消料は `{name}` ですが、いくらかが書かれていません"),
            (f"State {name}.", f"{name} を書きます。"),
        )
    if charge != name and figure is not None:
        yield fault(
            path,
            (f"`{name}` is stated, but the charge is `{charge}`", f"`{name}` がありますが、取消料は `{charge}` です"),
            (f'Say charge = "{name}", or leave {name} out.', f'charge = "{name}" とするか、{name} を消します。'),
        )
