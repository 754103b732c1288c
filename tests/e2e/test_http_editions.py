"""The life of an edition over HTTP: drafted, proposed, heard, approved, published, compared; who may read it, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from kernel import ids
from tests.support import http, scenes
from tests.support.http import Caller
from tests.support.scenes import Town, ok

OPINION = {
    "opinion": "原案のとおりで差し支えない。\nただし、周知に努めること。",
    "held_on": "2026-05-08",
    "votes_for": 7,
    "votes_against": 1,
    "votes_abstained": 2,
}
CAP = '\n[[caps]]\nlimit = 400\nof = "amount"\nper = "day"\nfor_each = ["member"]\nstops = "earning"\n'
END = '\n[wind_down]\nlast_granting_on = 2027-03-31\nlast_claim_on = 2027-09-30\nbalances = "lapse"\n'


def document(town: Town, starts_on: str, more: str = CAP) -> str:
    """The town's edition from another day on, with a cap of 400 points a day."""
    text = scenes.EDITION.format(scheme=town.scheme).replace("2026-04-01", starts_on)
    return text.replace("caps = []\n", "" if "[[caps]]" in more else "caps = []\n") + more


@pytest.fixture
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


async def proposed(town: Town, starts_on: str = "2026-07-01", more: str = CAP) -> dict[str, Any]:
    return ok(await town.officer.post(f"/schemes/{town.scheme}/proposals", {"document": document(town, starts_on, more)}))


async def code(caller: Caller, path: str, body: Any = None) -> tuple[int, str]:
    answer = await caller.post(path, body)
    return answer.status_code, answer.json().get("code", "done")


async def test_a_draft_becomes_the_edition_in_force(service: http.Service, town: Town) -> None:
    half = {"document": 'scheme = "x"\nunit = ', "note": "書きかけ"}
    draft = ok(await town.officer.post(f"/schemes/{town.scheme}/drafts", half))
    path = f"/drafts/{draft['draft_id']}"
    assert ok(await town.auditor.get(path))["errors"][0]["line"] == 2
    ok(await town.second.post(f"{path}/versions", {"document": document(town, "2026-07-01"), "follows": 1, "note": "上限を追加"}))
    assert await code(town.officer, f"{path}/versions", half | {"follows": 1}) == (409, "draft_moved_on")
    read = ok(await town.officer.get(path))
    assert (read["draft"]["version"], read["errors"]) == (2, [])
    assert [(each["version"], each["note"]) for each in read["versions"]] == [(2, "上限を追加"), (1, "書きかけ")]
    assert ok(await town.officer.get(path, params={"version": 1}))["draft"]["document"] == half["document"]
    assert await code(town.officer, f"{path}/propose", {"version": 1}) == (422, "unreadable_edition")
    proposal = ok(await town.officer.post(f"{path}/propose", {"version": 2}))
    assert (proposal["state"], proposal["draft_version"]) == ("proposed", 2)
    (listed,) = ok(await town.auditor.get(f"/schemes/{town.scheme}/drafts"))["items"]
    assert (listed["version"], listed["proposed"]) == (2, True)

    path = f"/proposals/{proposal['proposal_id']}"
    assert await code(town.second, f"{path}/publish") == (409, "opinion_missing")
    ok(await town.officer.post(f"{path}/opinions", OPINION))
    assert await code(town.officer, f"{path}/approve") == (403, "proposer_cannot_publish")
    assert ok(await town.second.post(f"{path}/approve"))["state"] == "approved"
    whole = ok(await town.auditor.get(path))
    assert [each["what"] for each in whole["history"]] == ["proposed", "opinion", "approved"]
    assert whole["opinions"][0]["votes_abstained"] == 2
    changes = {each["path"]: each["sentence"] for each in whole["difference"]["changes"]["ja"]}
    assert changes == {
        "starts_on": "始まる日が、2026年4月1日から2026年7月1日に変わります。",
        "caps[1]": "上限に、次が加わります: 会員ごとに1日につき400ポイント(付与の上限)。",
    }
    ok(await town.officer.post(f"{path}/publish"))

    member = (await scenes.join(town)).caller
    editions = ok(await member.get(f"/schemes/{town.scheme}/editions"))["items"]
    assert [(each["state"], each["until"]) for each in editions] == [("in_force", "2026-06-30"), ("future", None)]
    edition = ok(await member.get(f"/editions/{editions[1]['edition_id']}"))
    assert edition["edition"]["proposed_by"] == str(town.officer.principal_id)
    assert edition["edition"]["approved_by"] == str(town.second.principal_id)
    assert edition["opinions"][0]["opinion"] == OPINION["opinion"]
    assert "Cap 1: 400 points a day for each member (on earning)." in edition["sentences"]["en"]
    told = ok(await member.get(f"/editions/{editions[1]['edition_id']}/changes"))
    assert told["compared_with"] == editions[0]["edition_id"]
    assert [each["path"] for each in told["changes"]["en"]] == ["starts_on", "caps[1]"]
    back = ok(
        await member.get(
            f"/editions/{editions[0]['edition_id']}/changes", params={"compared_with": edition["edition"]["edition_id"]}
        )
    )
    assert [each["kind"] for each in back["changes"]["ja"]] == ["changed", "removed"]


async def test_a_proposal_is_withdrawn_or_rejected_with_a_reason(service: http.Service, town: Town) -> None:
    mine, other = await proposed(town), await proposed(town)
    reason = {"reason": "単価を\n見直すため"}
    assert await code(town.second, f"/proposals/{mine['proposal_id']}/withdraw", reason) == (403, "not_the_proposer")
    assert await code(town.officer, f"/proposals/{other['proposal_id']}/reject", reason) == (403, "proposer_cannot_reject")
    assert ok(await town.officer.post(f"/proposals/{mine['proposal_id']}/withdraw", reason))["state"] == "withdrawn"
    assert ok(await town.second.post(f"/proposals/{other['proposal_id']}/reject", reason))["close"]["reason"] == reason["reason"]
    for path in ("opinions", "absence", "approve", "publish", "withdraw", "reject"):
        body = OPINION if path == "opinions" else reason if path in {"absence", "withdraw", "reject"} else None
        assert await code(town.second, f"/proposals/{mine['proposal_id']}/{path}", body) == (409, "proposal_closed")
    states = [each["state"] for each in ok(await town.auditor.get(f"/schemes/{town.scheme}/proposals"))["items"]]
    assert states == ["rejected", "withdrawn", "published"]


async def test_an_end_is_published_and_read_by_everybody(service: http.Service, town: Town) -> None:
    proposal = await proposed(town, "2026-10-01", CAP + END)
    path = f"/proposals/{proposal['proposal_id']}"
    ok(await town.officer.post(f"{path}/absence", {"reason": "協議体の改選中"}))
    ok(await town.second.post(f"{path}/publish"))
    member = (await scenes.join(town)).caller
    endings = ok(await member.get("/schemes/endings"))["items"]
    (own,) = [each for each in endings if each["scheme"] == town.scheme]
    assert own["wind_down"] == {"last_granting_on": "2027-03-31", "last_claim_on": "2027-09-30", "balances": "lapse"}
    late = await proposed(town, "2027-04-02")
    ok(await town.officer.post(f"/proposals/{late['proposal_id']}/opinions", OPINION))
    refused = await town.second.post(f"/proposals/{late['proposal_id']}/approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "edition_leaves_gap")
    assert refused.json()["last_granting_on"] == "2027-03-31"


BAD: dict[str, dict[str, Any]] = {
    "no words": {"opinion": ""},
    "blank words": {"opinion": " \n"},
    "hidden characters": {"opinion": "a\u202eb"},
    "too long": {"opinion": "x" * 10_001},
    "fewer than nobody": {"votes_for": -1},
    "half a vote": {"votes_against": 0.5},
    "no day": {"held_on": "2026-02-30"},
    "a day to come": {"held_on": "2026-05-12"},
    "another field": {"votes": 3},
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_opinion_is_refused_and_the_proposal_stays_unheard(service: http.Service, town: Town, what: str) -> None:
    proposal = await proposed(town)
    path = f"/proposals/{proposal['proposal_id']}"
    answer = await town.officer.post(f"{path}/opinions", OPINION | BAD[what])
    assert answer.status_code in {400, 422}, answer.text
    whole = ok(await town.officer.get(path))
    assert (whole["proposal"]["heard"], whole["opinions"]) == (False, [])


async def test_what_does_not_exist_and_what_is_not_ones_to_see(service: http.Service, town: Town) -> None:
    member = (await scenes.join(town)).caller
    proposal = await proposed(town)
    assert (await member.get(f"/proposals/{proposal['proposal_id']}")).status_code == 403
    assert (await member.get(f"/editions/{proposal['proposal_id']}")).json()["code"] == "unknown_edition"
    other = await scenes.opened(service)
    (theirs,) = ok(await other.officer.get(f"/schemes/{other.scheme}/editions"))["items"]
    asked = {"compared_with": theirs["edition_id"]}
    answer = await town.officer.get(f"/proposals/{proposal['proposal_id']}", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_edition")
    assert await code(town.officer, f"/drafts/{ids.new_id()}/propose", {"version": 1}) == (404, "unknown_draft")
    nul = {"document": "a\x00b"}
    assert await code(town.officer, f"/schemes/{town.scheme}/drafts", nul) == (422, "unreadable_text")
    assert await code(town.officer, f"/schemes/{town.scheme}/proposals", nul) == (422, "unreadable_text")
