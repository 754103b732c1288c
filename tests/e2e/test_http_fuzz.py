"""The API as its own description invites people to use it: schemathesis, in every role, finds no 5xx and nothing undescribed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path

import pytest

from cli import ports, serving
from community.actor import ROLES
from db.place import Place
from kernel.settings import Settings
from tests.support import http, postgres, scenes

ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,"
    "unsupported_method"
)


@pytest.mark.slow
async def test_nothing_breaks_and_nothing_is_undescribed_in_any_role(database: postgres.Clone, service: http.Service) -> None:
    town = await scenes.opened(service)
    member = await scenes.join(town)
    gone = await scenes.attend(town, member)
    known = {
        "member_id": str(member.member_id),
        "slot_id": await scenes.slot(town, service.clock.now()),
        "activity_id": town.activity,
        "budget_line_id": town.budget_line,
        "organisation_id": str(town.host.organisation_id),
        "attendance_id": gone["attendance_id"],
        "decision_id": gone["grants"][0]["decision_id"],
        "record_id": gone["attendance_id"],
        "unit": "pt",
        "scheme": town.scheme,
    }
    callers = [town.officer, town.host, town.device, member.caller, *[await service.caller(role) for role in ROLES]]
    told = {"tokens": {f"{caller.role} {n}": caller.token for n, caller in enumerate(callers)}, "known": known}
    port = ports.free("127.0.0.1", 18_420)
    app = http.made(database, service.clock)
    async with serving.started(app, "127.0.0.1", port, Place(Settings(), None)):
        ended, said = await _fuzz(f"http://127.0.0.1:{port}/openapi", told)
    assert ended == 0, said
    tried = re.search(r"(\d+) generated, (\d+) passed", said)
    assert tried is not None, said
    assert int(tried[1]) > 3_000, said
    counted = app.state["context"].metrics.text().decode()
    for status in (200, 201, 400, 403, 404, 409, 422):  # it got in, in roles that may and in roles that may not
        assert f'status="{status}"' in counted


async def _fuzz(address: str, told: dict[str, dict[str, str]]) -> tuple[int | None, str]:
    """How a run of schemathesis ends, and what it says."""
    words = ["run", address, "--phases", "coverage,fuzzing", "--max-examples", "6", "--seed", "1", "--checks", CHECKS]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.support.fuzz",
        "YUI_FUZZ": json.dumps(told),
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
    }
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        *words,
        "--continue-on-failure",
        "--suppress-health-check",  # how fast and how readily it makes examples says nothing about the API
        "filter_too_much,too_slow",
        "--warnings",
        "off",
        env=environment,
        cwd=ROOT / "var" if (ROOT / "var").is_dir() else ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode(errors="replace")
