"""Turning what was earned into money, vouchers or goods: rate, minimum, window, forms, limits. 交換・転換交付金。"""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.claim_limit import ClaimLimit
from rules.vocabulary.part import LIMIT_MAX, PARTS_MAX, PAYS_PATTERN, Code, FirstOn, LastOn, MonthDay, Part, Text, say
from rules.vocabulary.who import Tests

Points = Annotated[int, say("A number of points, 1 or more.", "ポイントなどの数。1以上。", ge=1, le=LIMIT_MAX)]
Value = Annotated[int, say("What it is worth, in yen or the other unit.", "交換後の額(円など)。", ge=0, le=LIMIT_MAX)]
Into = Annotated[Code, say('The unit it becomes, such as "yen".', '交換後の単位の符号。例 "yen"。')]


class _Rate(Part, frozen=True, kw_only=True, tag_field="how"):
    """What points become."""


class Linear(_Rate, frozen=True, kw_only=True, tag="linear"):
    """「1ポイントにつき100円」 "100 yen for one point": any number of points."""

    give: Points
    get: Value


class Lots(_Rate, frozen=True, kw_only=True, tag="lots"):
    """「10ポイントごとに1,000円」 "1,000 yen for each 10 points": whole lots only."""

    lot: Points
    get: Value


class Tier(Part, frozen=True, kw_only=True):
    """From so many points on, so much."""

    from_points: Annotated[int, say("The least number of points of the row.", "この行の下限のポイント数。", ge=0, le=LIMIT_MAX)]
    get: Value


class Tiers(_Rate, frozen=True, kw_only=True, tag="tiers"):
    """「10から19まで1,000円、20から29まで2,000円」 "10 to 19: 1,000, 20 to 29: 2,000": a table; below its first row nothing."""

    tiers: Annotated[
        tuple[Tier, ...],
        say(
            "The rows, lowest first, such as [{ from_points = 10, get = 1000 }, { from_points = 20, get = 2000 }].",
            "低い順の表。例 [{ from_points = 10, get = 1000 }, { from_points = 20, get = 2000 }]。",
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]


class Slice(Part, frozen=True, kw_only=True):
    """From which point on each point is worth so much: from the 51st on, 50 yen."""

    from_points: Annotated[
        int,
        say(
            "From which point on: 1 in the first row, 51 for what is beyond 50.",
            "何ポイント目からか。最初の行は 1、50を超える分は 51。",
            ge=1,
            le=LIMIT_MAX,
        ),
    ]
    get: Value


class Slices(_Rate, frozen=True, kw_only=True, tag="slices"):
    """「50ポイントまでは1ポイント100円、超える分は50円」 "100 yen a point up to 50, 50 yen beyond": in each claim anew."""

    slices: Annotated[
        tuple[Slice, ...],
        say(
            "What each point is worth, from which on, such as [{ from_points = 1, get = 100 }, { from_points = 51, get = 50 }].",
            "何ポイント目から1ポイントいくらか。例 [{ from_points = 1, get = 100 }, { from_points = 51, get = 50 }]。",
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]


class Milestone(_Rate, frozen=True, kw_only=True, tag="milestone"):
    """「100ポイントで記念品」 "something at 100 points": once, or each time the number is reached again."""

    at: Points
    get: Value
    repeats: Annotated[
        bool,
        say(
            "true where it is given at each multiple again, false where once.",
            "到達するたびに与えるなら true、一度だけなら false。",
        ),
    ]


Rate = Linear | Lots | Tiers | Slices | Milestone


class Stage(Part, frozen=True, kw_only=True):
    """「スタンプを評価ポイントに、評価ポイントを円に」 "stamps into points, points into yen": the second of two stages."""

    rate: Annotated[
        Rate,
        say(
            'The second rate, such as { how = "linear", give = 1, get = 100 }.',
            '二段目の率。例 { how = "linear", give = 1, get = 100 }。',
        ),
    ]
    into: Into


class _Window(Part, frozen=True, kw_only=True, tag_field="type"):
    """When it can be claimed."""


class AnyTime(_Window, frozen=True, kw_only=True, tag="any_time"):
    """「随時」 at any time."""


class InSeason(_Window, frozen=True, kw_only=True, tag="season"):
    """「毎年4月1日から5月31日まで」 "every year from 1 April to 31 May", both days included."""

    first: MonthDay
    last: MonthDay


class InDates(_Window, frozen=True, kw_only=True, tag="dates"):
    """「令和5年3月20日から5月22日まで」 "from 20 March to 22 May 2023", both days included."""

    first_on: FirstOn
    last_on: LastOn


Window = AnyTime | InSeason | InDates


class Form(Part, frozen=True, kw_only=True):
    """「現金又は商品券」 "cash or vouchers": one way of being paid, with its own value or condition where it has one."""

    form: Annotated[
        Literal[
            "cash",
            "voucher",
            "prepaid_card",
            "goods",
            "facility_ticket",
            "local_currency",
            "e_money",
            "donation",
            "premium_offset",
            "draw",
            "certificate",
        ],
        say(
            "cash, voucher, prepaid_card, goods, facility_ticket, local_currency, e_money, donation, premium_offset, draw,"
            " certificate.",
            "cash(現金)、voucher(商品券)、prepaid_card、goods(品物)、facility_ticket(利用券)、local_currency(地域通貨)、e_money、"
            "donation(寄附)、premium_offset(保険料に充当)、draw(抽選)、certificate(感謝状など)。",
        ),
    ]
    code: (
        Annotated[Code, say("A code, where a form stands twice (two kinds of voucher).", "同じ形が二つあるときの符号。")] | None
    ) = None
    name: Annotated[
        Text | None,
        say('What it is called: { ja = "商品券", en = "Vouchers" }.', '呼び名。例 { ja = "商品券", en = "Vouchers" }。'),
    ] = None
    from_points: Annotated[int, say("Offered from so many points on.", "何ポイントから選べるか。", ge=1, le=LIMIT_MAX)] | None = (
        None
    )
    rate: Annotated[
        Rate | None,
        say(
            'Its own rate where it differs, such as { how = "linear", give = 1, get = 110 }.',
            'この受け取り方だけの率。例 { how = "linear", give = 1, get = 110 }。同じなら書きません。',
        ),
    ] = None
    into: Into | None = None
    who: Tests = ()
    directed: Annotated[bool, say("true where one names who receives it.", "受け取る団体などを指定するなら true。")] = False


class _Conversion(Part, frozen=True, kw_only=True, tag_field="how"):
    """Whether and how points are turned into something."""


class NoConversion(_Conversion, frozen=True, kw_only=True, tag="none"):
    """「換金することはできない」 "cannot be turned into money"."""


class Exchange(_Conversion, frozen=True, kw_only=True, tag="exchange"):
    """「申請により、次のとおり交換する」 "exchanged on application as follows"."""

    rate: Annotated[
        Rate,
        say(
            'The rate: { how = "linear", give = 1, get = 100 }, or lots, tiers, slices, milestone.',
            '率: { how = "linear", give = 1, get = 100 }、または lots、tiers、slices、milestone。',
        ),
    ]
    into: Into
    then: Annotated[
        Stage | None,
        say(
            'The second stage: { rate = { how = "linear", give = 1, get = 100 }, into = "yen" }; leave it out where there is one.',
            '二段階のときの二段目。例 { rate = { how = "linear", give = 1, get = 100 }, into = "yen" }。一段階なら書きません。',
        ),
    ] = None
    minimum: Annotated[
        int,
        say(
            "The least number of points of a claim; 0 when there is none.",
            "申請できる最少のポイント数。定めがなければ 0。",
            ge=0,
            le=LIMIT_MAX,
        ),
    ]
    remainder: Annotated[
        Literal["kept", "lost"],
        say(
            "What becomes of points that the claim leaves over (below a lot, between rows): kept or lost.",
            "申請で余ったポイント(端数)の扱い: kept(残る)か lost(なくなる)。",
        ),
    ]
    points_of: Annotated[
        Literal["any_year", "this_year", "previous_year"],
        say(
            "Which points can be claimed: any_year, this_year (scheme year of the claim), previous_year (the one before, and carried).",
            "申請できるポイント: any_year(いつのものでも)、this_year(その制度年度のもの)、previous_year(前の制度年度までのもの)。",
        ),
    ]
    window: Annotated[
        Window,
        say(
            'When: { type = "any_time" }, { type = "season", first = "04-01", last = "05-31" }, { type = "dates", … }.',
            '申請の時期: { type = "any_time" }、{ type = "season", first = "04-01", last = "05-31" }、{ type = "dates", … }。',
        ),
    ]
    pays: Annotated[
        str,
        say(
            "From when it is paid: at_once, next_month, next_fiscal_year, next_calendar_year, next_scheme_year, or from a day of the "
            'year on such as "07-01".',
            "支払の時期: at_once(そのつど)、next_month(翌月)、next_fiscal_year(翌年度)、next_calendar_year(翌年)、next_scheme_year、"
            'または月日 例 "07-01"(次のその日から)。',
            pattern=PAYS_PATTERN,
        ),
    ]
    forms: Annotated[
        tuple[Form, ...],
        say(
            'The ways of being paid, such as [{ form = "cash" }, { form = "donation" }].',
            '受け取り方。例 [{ form = "cash" }, { form = "donation" }]。',
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    limits: Annotated[
        tuple[ClaimLimit, ...],
        say(
            'Limits on what is claimed, such as [{ limit = 5000, of = "value", per = "fiscal_year", for_each = ["member"] }].',
            '申請の限度。例 [{ limit = 5000, of = "value", per = "fiscal_year", for_each = ["member"] }]。',
            max_length=PARTS_MAX,
        ),
    ] = ()
    who: Tests = ()


Conversion = NoConversion | Exchange
