"""`yui rules simulate` through its own door: as the auditor, in further processes, and what it writes beside what it says."""

from __future__ import annotations

import asyncio
import csv
import io

import msgspec
import pytest

from cli import main
from db.transact import read
from rules import edition_store
from tests.support import year as playing
from tests.support.towns import TOWN, TOWN_CODES

pytestmark = pytest.mark.anyio

PERIOD = ("--from", "2026-04-01", "--to", "2027-03-31", "--municipality", TOWN_CODES[TOWN])


@pytest.fixture(scope="module")
async def draft(engine, tmp_path_factory):
    """The edition in force with a lower cap, in a file."""
    year = await playing.play(engine)
    published = await read(engine, TOWN, lambda conn: edition_store.edition(conn, year.edition_id))
    path = tmp_path_factory.mktemp("drafts") / "draft.toml"
    path.write_text(published.document.replace(f"limit = {playing.CAP}", "limit = 150"), encoding="utf-8")
    return path


@pytest.fixture
def yui(database, monkeypatch, capsys):
    """Runs `yui rules simulate` where only the auditor's address is of use."""
    monkeypatch.setenv("YUI_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("YUI_AUDITOR_DATABASE_URL", database.auditor_url)

    async def run(*words: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(main.main, ["rules", "simulate", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


async def test_it_says_what_changes_in_a_few_lines(draft, yui):
    code, out, _ = await yui(str(draft), *PERIOD)
    assert code == 0
    assert "instead of" in out.splitlines()[1]


async def test_json_csv_and_the_page_say_the_same(draft, yui, tmp_path):
    table, page = tmp_path / "table.csv", tmp_path / "report.html"
    code, out, _ = await yui(str(draft), *PERIOD, "--json", "--csv", str(table), "--html", str(page))
    told = msgspec.json.decode(out.splitlines()[-1])
    assert (code, told["municipality"], told["total"]["difference"] < 0) == (0, TOWN_CODES[TOWN], True)
    rows = {
        (row["table"], row["measure"]): row["value"] for row in csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig")))
    }
    assert rows["total", "draft"] == str(told["total"]["draft"])
    assert f"{told['total']['draft']:,}" in page.read_text(encoding="utf-8")


async def test_one_process_and_several_find_the_same(draft, yui):
    alone, together = [await yui(str(draft), *PERIOD, "--json", "--processes", count) for count in ("1", "3")]
    assert alone[1] == together[1]


async def test_what_is_no_edition_is_said_in_one_line(draft, yui, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("scheme = 1", encoding="utf-8")
    code, _, err = await yui(str(wrong), *PERIOD)
    assert (code, err.count("\n")) == (1, 1)
    assert "yui rules check" in err


async def test_which_town_is_asked_where_there_are_several(draft, yui):
    code, _, err = await yui(str(draft), *PERIOD[:4])
    assert (code, err.count("\n")) == (2, 1)
