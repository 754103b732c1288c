"""`yui audit …` through its own door: exit codes, one JSON object at the end, whole files or none."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from uuid import uuid4

import msgspec
import pytest

from cli import main
from db import query
from tests.support import year as playing
from tests.support.towns import TOWN, TOWN_CODES

pytestmark = pytest.mark.anyio

CODE = TOWN_CODES[TOWN]


@pytest.fixture(scope="module")
async def year(engine) -> playing.Year:
    return await playing.play(engine)


@pytest.fixture
def yui(database, monkeypatch, capsys):
    """Runs `yui` on the module's database; answers the exit code, what it printed, and what it told beside it."""
    monkeypatch.setenv("YUI_DATABASE_URL", database.app_url)
    monkeypatch.setenv("YUI_AUDITOR_DATABASE_URL", database.auditor_url)

    async def run(*words: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(main.main, ["audit", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


async def test_verify_holds_in_every_municipality(year, yui):
    code, out, _ = await yui("verify", "--json")
    told = msgspec.json.decode(out.splitlines()[-1])
    assert (code, told["ok"]) == (0, True)
    assert [town["code"] for town in told["municipalities"]] == sorted(TOWN_CODES.values())
    assert all(check["ok"] for town in told["municipalities"] for check in town["checks"])


async def test_verify_tells_a_person_one_line_for_a_town(year, yui):
    code, out, _ = await yui("verify", "--municipality", CODE)
    assert code == 0
    (line,) = out.splitlines()
    assert line.startswith(CODE)
    assert line.endswith("checks hold")


async def test_verify_exits_1_and_names_the_difference(year, yui, admin):
    async with admin.begin() as conn:
        await query.run(conn, query.statement("set local session_replication_role = replica"))
        await query.run(conn, query.statement("update ledger.balance set held = held + 1 where account_id = 1"))
    try:
        code, out, _ = await yui("verify", "--municipality", CODE, "--json")
        told = msgspec.json.decode(out.splitlines()[-1])
        assert (code, told["ok"]) == (1, False)
        (failed,) = [check for check in told["municipalities"][0]["checks"] if not check["ok"]]
        assert (failed["name"], failed["first_difference"]["account_id"]) == ("held", 1)
        code, out, _ = await yui("verify", "--municipality", CODE)
        assert code == 1
        assert "held: {" in out
    finally:
        async with admin.begin() as conn:
            await query.run(conn, query.statement("set local session_replication_role = replica"))
            await query.run(conn, query.statement("update ledger.balance set held = held - 1 where account_id = 1"))


async def test_recompute_holds(year, yui):
    code, out, _ = await yui("recompute", "--json", "--municipality", CODE)
    told = msgspec.json.decode(out.splitlines()[-1])
    checked = {check["name"]: check["checked"] for check in told["municipalities"][0]["checks"]}
    assert (code, told["ok"], checked["decisions_recomputed"], checked["grants_to_the_point"]) == (0, True, 27, 21)


async def test_recompute_looks_at_a_day_and_before(year, yui):
    code, out, _ = await yui("recompute", "--json", "--municipality", CODE, "--as-of", "2026-05-01")
    told = msgspec.json.decode(out.splitlines()[-1])["municipalities"][0]
    assert (code, told["as_of"], {check["checked"] for check in told["checks"]}) == (0, "2026-05-01", {0})


async def test_trace_tells_text_or_json(year, yui):
    code, out, _ = await yui("trace", str(year.records["purchase"]))
    assert code == 0
    assert out.startswith("came from\n  redemption ")
    code, out, _ = await yui("trace", str(year.records["purchase"]), "--json")
    assert (code, msgspec.json.decode(out)["kind"]) == (0, "redemption")


async def test_trace_of_nothing_says_so(year, yui):
    code, _, err = await yui("trace", str(uuid4()))
    assert code == 1
    assert err.count("\n") == 1


async def test_export_to_the_terminal_and_to_a_file(year, yui, tmp_path):
    code, out, _ = await yui("export", "--format", "csv", "--municipality", CODE)
    assert code == 0
    assert out.startswith("record,booked_on,")
    target = tmp_path / "book.journal"
    words = ("export", "--format", "hledger", "--municipality", CODE, "--output", str(target), "--json")
    code, out, _ = await yui(*words)
    assert (code, msgspec.json.decode(out)["file"]) == (0, str(target))
    assert target.read_text().startswith("commodity")
    assert list(tmp_path.iterdir()) == [target]
    before = target.read_text()
    code, _, err = await yui(*words)
    assert (code, target.read_text()) == (1, before)
    assert "there already" in err


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--format", "csv"),
        ("export", "--format", "csv", "--json", "--municipality", CODE),
    ],
)
async def test_an_export_has_to_know_what_is_wanted(year, yui, words):
    """Of which town, and where the JSON is to go."""
    code, _, err = await yui(*words)
    assert code == 2
    assert err.count("\n") == 1


async def test_an_unknown_town_is_told_in_one_line(year, yui):
    code, _, err = await yui("verify", "--municipality", "999999")
    assert code == 1
    assert err.count("\n") == 1


def test_a_wrong_word_is_a_usage_error():
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "audit", "trace", "not-an-id"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
