"""How pages of desks say people and instants: nothing twice, and seconds only where they are evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from api.pages.audit_words import Words
from flows.audit_names import Somebody

ID = UUID(int=1)
AT = datetime(2026, 5, 10, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "organisation", "told"),
    [
        ("窓口", "結の里食堂", "活動の係 窓口 結の里食堂"),
        ("結の里食堂", "結の里食堂", "活動の係 結の里食堂"),
        ("結の里食堂の窓口", "結の里食堂", "活動の係 結の里食堂の窓口"),
        (None, "結の里食堂", "活動の係 結の里食堂"),
        ("窓口", None, "活動の係 窓口"),
    ],
)
def test_a_place_that_a_label_says_is_not_said_again(label: str | None, organisation: str | None, told: str) -> None:
    somebody = Somebody(id=ID, role="host", member_id=None, number=None, label=label, organisation=organisation)
    assert Words("ja", people={ID: somebody}).who(ID) == told


def test_seconds_are_told_to_auditors_alone() -> None:
    assert Words("ja").instant(AT) == "2026年5月10日 12:04:05"
    assert Words("ja", to_the_second=False).instant(AT) == "2026年5月10日 12:04"
