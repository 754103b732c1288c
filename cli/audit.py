"""`yui audit verify | recompute | trace ID | export`: read-only, as the auditor, each on one snapshot of a municipality."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cli import output, plainly, snapshots
from community.municipalities import Municipality
from flows import audit, hands, recompute, trace
from kernel.settings import Settings
from ledger import export
from ledger.checks import Check, Progress

PROCESSES_DEFAULT = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    verifying = commands.add_parser("verify", help="does everything that is stored follow from the journal? exit 1 if not")
    verifying.set_defaults(run=_verify)
    repeating = commands.add_parser("recompute", help="does every decision follow from its edition and facts? exit 1 if not")
    repeating.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="DATE",
        help="only what was recorded by the end of that day; everything if not told",
    )
    repeating.add_argument(
        "--processes", type=int, choices=range(1, 65), default=PROCESSES_DEFAULT, metavar="N", help="(default 2)"
    )
    repeating.set_defaults(run=_recompute)
    tracing = commands.add_parser("trace", help="where did it come from, and where did it go?")
    tracing.add_argument("id", type=UUID, metavar="ID", help="of a redemption, entry, lot, decision, attendance or scan")
    tracing.set_defaults(run=_trace)
    exporting = commands.add_parser("export", help="write the whole book for another program")
    exporting.add_argument("--format", choices=export.FORMATS, required=True)
    exporting.add_argument("--output", type=Path, metavar="FILE", help="a new file; the terminal if it is not told")
    exporting.set_defaults(run=_export)
    for command in (verifying, repeating, tracing, exporting):
        command.add_argument("--municipality", metavar="CODE", help="the 6-digit code; all of them if it is not told")
        output.offer_json(command)


def _verify(asked: argparse.Namespace, settings: Settings) -> int:
    found = _in_each(asked, settings, lambda progress: lambda conn: audit.audit(conn, progress=progress))
    words = [
        f"{town.code} {town.name}: {made.entries} entries, {made.lines} lines: {_outcome(made.checks)}" for town, made in found
    ]
    return _tell_checks(asked, words, [(town, made.ok, made) for town, made in found])


def _recompute(asked: argparse.Namespace, settings: Settings) -> int:
    with hands.processes(asked.processes) as by:
        wanted = recompute.Asked(as_of=asked.as_of)
        found = _in_each(
            asked, settings, lambda progress: lambda conn: recompute.recompute(conn, wanted, progress=progress, by=by)
        )
    words = [f"{town.code} {town.name}: {_counted(made.checks)}: {_outcome(made.checks)}" for town, made in found]
    return _tell_checks(asked, words, [(town, made.ok, made) for town, made in found])


def _trace(asked: argparse.Namespace, settings: Settings) -> int:
    found = _in_each(asked, settings, lambda _: lambda conn: trace.trace(conn, asked.id))
    traced = next((made for _, made in found if made is not None), None)
    if traced is None:
        raise plainly.CommandFailed(f"nothing that a trace can begin at has the id {asked.id}")
    output.tell(asked, "\n".join(trace.lines(traced)), traced)
    return 0


def _export(asked: argparse.Namespace, settings: Settings) -> int:
    if asked.json and asked.output is None:
        raise plainly.AskedWrongly("--json tells about the file: name one with --output")

    def writing(_: Progress) -> Callable[[AsyncConnection], Awaitable[int]]:
        return lambda conn: _write(conn, asked.format, asked.output)

    ((town, written),) = _in_each(asked, settings, writing, only_one=True)
    if asked.output is not None:
        facts = {"municipality": town.code, "format": asked.format, "file": str(asked.output), "characters": written}
        output.tell(asked, f"{asked.output}: {written} characters", facts)
    return 0


async def _write(conn: AsyncConnection, form: str, target: Path | None) -> int:
    written = 0
    with _opened(target) as file:
        async for piece in export.export(conn, form):
            written += file.write(piece)
    return written


@contextmanager
def _opened(target: Path | None) -> Generator[IO[str]]:
    """Where the export goes. Beside the target and renamed at the end, so that a file with the name is always a whole book."""
    if target is None:
        yield sys.stdout
        return
    if target.exists():
        raise plainly.CommandFailed(f"{target} is there already: name another file")
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _in_each(
    asked: argparse.Namespace,
    settings: Settings,
    work: snapshots.Work[Any],
    *,
    only_one: bool = False,
) -> list[snapshots.Found[Any]]:
    """What `work` finds in each municipality that is asked for."""
    return snapshots.in_each(settings, asked.municipality, work, only_one=only_one)


def _counted(found: tuple[Check, ...]) -> str:
    """Of how much each check was, in its own words: `decisions_recomputed` is of so many decisions."""
    return ", ".join(f"{check.checked} {check.name.replace('_', ' ')}" for check in found if check.checked)


def _outcome(found: tuple[Check, ...]) -> str:
    wrong = [check for check in found if not check.ok]
    if not wrong:
        return f"all {len(found)} checks hold"
    lines = [f"\n  {check.name}: {msgspec.json.encode(check.first_difference).decode()}" for check in wrong]
    return f"{len(wrong)} of {len(found)} checks fail; the first difference of each:{''.join(lines)}"


def _tell_checks(asked: argparse.Namespace, words: list[str], found: list[tuple[Municipality, bool, Any]]) -> int:
    snapshots.clear()
    holds = all(ok for _, ok, _ in found)
    facts = [{"code": town.code, "name": town.name} | msgspec.to_builtins(made) for town, _, made in found]
    output.tell(asked, "\n".join(words), {"ok": holds, "municipalities": facts})
    return 0 if holds else plainly.FAILED
