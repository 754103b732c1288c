"""Officers and auditors come in by the command line alone: no officer makes the second person whose approval the rules ask for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import http


def refused(answer: Any) -> tuple[int, str, str]:
    told = answer.json()
    return answer.status_code, told["code"], told.get("role", "")


@pytest.mark.parametrize("role", ["officer", "auditor"])
async def test_no_officer_makes_an_officer_or_an_auditor(service: http.Service, role: str) -> None:
    officer = await service.caller("officer")
    answer = await officer.post("/principals", {"role": role, "label": "会計課"})
    assert refused(answer) == (403, "office_from_outside", role)


@pytest.mark.parametrize("role", ["officer", "auditor"])
async def test_no_officer_speaks_for_one(service: http.Service, role: Any) -> None:
    officer, other = await service.caller("officer"), await service.caller(role)
    for principal_id in (other.principal_id, officer.principal_id):
        answer = await officer.post(f"/principals/{principal_id}/tokens", {"days": 1})
        assert refused(answer)[:2] == (403, "office_from_outside")


async def test_an_officer_still_makes_everybody_else_and_ends_any_token(service: http.Service) -> None:
    officer, auditor = await service.caller("officer"), await service.caller("auditor")
    organisation = str((await service.caller("host")).organisation_id)
    made = await officer.post("/principals", {"role": "host", "label": "窓口", "organisation_id": organisation})
    token = await officer.post(f"/principals/{made.json()['principal_id']}/tokens", {"days": 1})
    assert (made.status_code, token.status_code) == (201, 201)
    assert (await officer.post(f"/principals/{auditor.principal_id}/tokens/end")).json() == {"ended": 1}
