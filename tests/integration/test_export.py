"""The book leaves the house: hledger and bean-check accept it, refuse it when a figure is changed, and the csv sums to zero."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from db.transact import read, transact
from ledger import accounts, export, export_formats, posting, units
from ledger.draft import move
from tests.support import books
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

CHECKERS = {"hledger": ("hledger", "-f", "{}", "check", "--strict"), "beancount": ("bean-check", "{}")}


@pytest.fixture(scope="module")
async def exported(engine, auditor, tmp_path_factory) -> dict[str, Path]:
    """A busy book with a unit of two decimals and an awkward name in it, in each format."""
    await books.busy(engine, TOWN)
    await transact(engine, TOWN, _awkward)
    folder = tmp_path_factory.mktemp("exported")
    paths = {form: folder / f"book.{form}" for form in export.FORMATS}
    for form, path in paths.items():
        path.write_text(await text_of(auditor, TOWN, form), newline="")
    return paths


async def _awkward(conn) -> None:
    unit = units.Unit(unit_id=9, code="a_1_", kind="currency", scale=2, lot_tracked=False, label_ja="券", label_en="notes")
    await units.create(conn, unit)
    opening = await accounts.ensure(conn, "opening", 9, floor=None)
    owed = await accounts.ensure(conn, "payable", 9, books.ids.new_id())
    await posting.post_one(conn, books.draft("import", books.JUNE, move(opening, owed, 12_345)), now=books.noon(books.JUNE))


async def text_of(auditor, town: int, form: str) -> str:
    async def whole(conn) -> str:
        return "".join([piece async for piece in export.export(conn, form)])

    return await read(auditor, town, whole)


def check(form: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Runs the real program. Where it is not installed the test is skipped, and in CI a skipped test is a failed one."""
    program, *options = (part.format(path) for part in CHECKERS[form])
    beside_python = Path(sys.executable).with_name(program)
    found = str(beside_python) if beside_python.exists() else shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed, and this test checks the export with it: apt-get install {program}")
    return subprocess.run([found, *options], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("form", CHECKERS)
async def test_the_program_accepts_the_book(exported, form):
    done = check(form, exported[form])
    assert done.returncode == 0, done.stdout + done.stderr


FIGURES = {
    "hledger": (r'(    wallet:pt:\d+  )(\d+)( "pt"\n)', r'(    budget:pt:\d+  )(-\d+)( "pt"\n)', r'( == )(\d+)( "pt"\n)'),
    "beancount": (r"(  Assets:Wallet:Pt:\d+  )(\d+)( PT\n)", r"(  Assets:Budget:Pt:\d+  )(-\d+)( PT\n)", r"(  )(\d+)( ~ 0 PT\n)"),
}


@pytest.mark.parametrize("form", CHECKERS)
@pytest.mark.parametrize("which", range(3))
async def test_the_program_refuses_one_changed_figure(exported, tmp_path, form, which):
    """An amount that came, an amount that went, an asserted balance."""
    text = exported[form].read_text()
    changed, times = re.subn(FIGURES[form][which], lambda found: f"{found[1]}{int(found[2]) + 1}{found[3]}", text, count=1)
    assert times == 1
    path = tmp_path / "changed"
    path.write_text(changed)
    assert check(form, path).returncode != 0


@pytest.mark.parametrize("form", CHECKERS)
async def test_the_program_refuses_a_changed_pair(exported, tmp_path, form):
    """Both sides of a grant raised alike: the transaction still sums to zero, and the balances do not come out."""
    text = exported[form].read_text()
    grant = re.search(r"Assets:Budget:Pt:\d+  -100 PT\n.*100 PT" if form == "beancount" else r'-100 "pt"\n.*100 "pt"', text)
    assert grant is not None
    path = tmp_path / "changed"
    path.write_text(text[: grant.start()] + grant[0].replace("100", "101") + text[grant.end() :])
    done = check(form, path)
    assert done.returncode != 0
    assert "alance" in done.stdout + done.stderr


@pytest.mark.parametrize("form", CHECKERS)
async def test_the_program_refuses_a_lost_entry(exported, tmp_path, form):
    text = exported[form].read_text()
    entries = text.split("\n\n")
    assert len(entries) > 300
    path = tmp_path / "changed"
    path.write_text("\n\n".join(entries[:150] + entries[151:]))
    assert check(form, path).returncode != 0


async def test_the_csv_sums_to_zero_and_comes_to_the_kept_balances(exported):
    rows = list(csv.DictReader(io.StringIO(exported["csv"].read_text())))
    lines = [row for row in rows if row["record"] == "line"]
    kept = {row["account"]: int(row["balance"]) for row in rows if row["record"] == "balance"}
    sums: dict[str, int] = {}
    by_account: dict[str, int] = dict.fromkeys(kept, 0)
    for row in lines:
        sums[row["unit"]] = sums.get(row["unit"], 0) + int(row["amount"])
        by_account[row["account"]] += int(row["amount"])
    assert set(sums) == {"pt", "minutes", "a_1_"}
    assert not any(sums.values())
    assert by_account == kept
    assert sum(int(row["amount"] or 0) for row in rows) == 0


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "＝1"])
def test_no_cell_of_the_csv_is_a_formula(cell):
    assert export_formats.safe_cell(cell) == "'" + cell


async def test_another_town_is_not_in_it(exported, engine, auditor):
    """What stands behind another wall does not appear; a book without entries is a book too."""
    for form in CHECKERS:
        text = await text_of(auditor, OTHER_TOWN, form)
        assert "grant" not in text
        path = exported[form].with_name(f"other.{form}")
        path.write_text(text)
        done = check(form, path)
        assert done.returncode == 0, done.stdout + done.stderr


async def test_nobody_is_named(exported):
    """Accounts bear numbers; the notes that people wrote stay at home."""
    for path in exported.values():
        assert "a test" not in path.read_text()
