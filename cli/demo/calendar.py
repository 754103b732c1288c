"""When the demo's scenes play: all days follow from the day that is played, which is yesterday."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from kernel import days


class Calendar(msgspec.Struct, frozen=True):
    """The days of the story, by the Japanese calendar day that is played."""

    day: date

    @property
    def season_before(self) -> date:
        """Some months earlier: points of then have run out by now."""
        return self.day - timedelta(days=200)

    @property
    def first_edition(self) -> date:
        """When the first edition starts."""
        return self.season_before - timedelta(days=30)

    @property
    def second_edition(self) -> date:
        """When the rate changes."""
        return self.day - timedelta(days=20)

    @property
    def paper_sheet(self) -> date:
        """A day under the first edition whose paper sheet is keyed in late."""
        return self.day - timedelta(days=40)

    @property
    def expires_by(self) -> date:
        """The day up to which points expire that are announced."""
        return self.day - timedelta(days=10)

    @property
    def fiscal_years(self) -> list[int]:
        """The fiscal years that need a budget."""
        return sorted({days.fiscal_year(each) for each in (self.season_before, self.paper_sheet, self.day)})

    def at(self, hour: int, minute: int = 0, on: date | None = None) -> datetime:
        """An instant of the day that is played, or of the day `on`, by clocks in Japan."""
        return days.local_time(on or self.day, hour, minute)
