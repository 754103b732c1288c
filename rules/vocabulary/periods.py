"""Years and windows: when a scheme's year begins, and in which days an activity counts. 期間。"""

from __future__ import annotations

from typing import Annotated

from rules.vocabulary.part import DAYS_MAX, FirstOn, LastOn, MonthDay, Part, say

Grace = Annotated[
    int,
    say(
        "By how many days after the window its activity must have been recorded; leave it out where it may come later.",
        "期間の終わりから何日後までに記録されたものを数えるか。制限がなければ書きません。",
        ge=0,
        le=DAYS_MAX,
    ),
]


class _Year(Part, frozen=True, kw_only=True, tag_field="type"):
    """Which twelve months, or which days, are one year of the scheme."""


class FiscalYear(_Year, frozen=True, kw_only=True, tag="fiscal"):
    """「4月1日から翌年3月31日まで」 from 1 April to 31 March."""


class CalendarYear(_Year, frozen=True, kw_only=True, tag="calendar"):
    """「1月1日から12月31日まで」 from 1 January to 31 December."""


class YearFrom(_Year, frozen=True, kw_only=True, tag="from"):
    """「9月1日から翌年8月31日まで」 "from 1 September to 31 August": twelve months from any day."""

    first: MonthDay


class FromRegistration(_Year, frozen=True, kw_only=True, tag="from_registration"):
    """「登録の日から1年間」 "one year from the registration": each person's own year."""


class OneWindow(_Year, frozen=True, kw_only=True, tag="window"):
    """「令和4年8月1日から令和7年3月31日まで」 "from 1 August 2022 to 31 March 2025": the whole window is one year."""

    first_on: FirstOn
    last_on: LastOn


Year = FiscalYear | CalendarYear | YearFrom | FromRegistration | OneWindow


class _Granting(Part, frozen=True, kw_only=True, tag_field="type"):
    """On which days an activity earns."""


class Always(_Granting, frozen=True, kw_only=True, tag="always"):
    """All days."""


class InSeason(_Granting, frozen=True, kw_only=True, tag="season"):
    """「毎年5月1日から翌年2月末日まで(3月7日までに記録されたもの)」 "from 1 May to the end of February, as recorded by 7 March"."""

    first: MonthDay
    last: MonthDay
    grace_days: Grace | None = None


class InDates(_Granting, frozen=True, kw_only=True, tag="dates"):
    """「令和4年7月4日から令和5年2月28日まで」 "from 4 July 2022 to 28 February 2023"."""

    first_on: FirstOn
    last_on: LastOn
    grace_days: Grace | None = None


Granting = Always | InSeason | InDates
