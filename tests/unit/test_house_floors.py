"""The contract of the floors refuses what it must: tried on a toy house with the same rooms."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["root_packages"]


def holds(house: Path, **imports: str) -> bool:
    """Whether the contracts hold for rooms that import what `imports` tells: room to module."""
    shutil.copy(ROOT / "pyproject.toml", house)
    for room in ROOMS:
        (house / room).mkdir()
        line = f"import {imports[room]}\n" if room in imports else ""
        (house / room / "__init__.py").write_text(line, encoding="utf-8")
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(lint, cwd=house, capture_output=True, text=True, check=False, timeout=60)
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.returncode == 0


def test_what_stands_lower_may_be_used(tmp_path: Path) -> None:
    assert holds(tmp_path, cli="api", api="flows", flows="wallets", wallets="ledger", qr="db", db="sqlalchemy")


@pytest.mark.parametrize(
    ("room", "module"), [("api", "cli"), ("kernel", "db"), ("wallets", "activities"), ("rules", "ledger"), ("flows", "litestar")]
)
def test_what_stands_higher_or_beside_is_refused(tmp_path: Path, room: str, module: str) -> None:
    assert not holds(tmp_path, **{room: module})
