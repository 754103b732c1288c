"""An exhausted budget over HTTP: the grant is refused by name, the attendance stands, and it is paid when there is money again."""

from __future__ import annotations

from tests.support import http, scenes
from tests.support.scenes import ok


async def test_an_empty_budget_keeps_the_attendance_and_pays_later(service: http.Service) -> None:
    poor = await scenes.opened(service, budget=0)
    member = await scenes.join(poor)
    gone = await scenes.attend(poor, member)
    waiting = next(each for each in gone["grants"] if each["outcome"] == "waiting")
    assert waiting["refusal"] == "budget_exhausted"
    asked = {"amount": 1_000, "reason": "補正予算"}
    ok(await poor.officer.keyed(f"/budget-lines/{poor.budget_line}/appropriations", asked))
    paid = ok(await poor.officer.keyed("/grants/retry"))["items"]
    assert [each["outcome"] for each in paid if each["decision_id"] == waiting["decision_id"]] == ["granted"]
