"""One row of the table from code to HTTP (`api.problem_table`)."""

from __future__ import annotations

import msgspec

ASK_LIST = "Look the thing up in its list; what belongs to others or to another municipality does not show."


class Row(msgspec.Struct, frozen=True):
    """A code's HTTP status, its title (the same for every occurrence) and advice to the person who meets it."""

    status: int
    title: str
    advice: str
