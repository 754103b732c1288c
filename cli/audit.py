"""`yui audit verify | recompute | trace ID | export`: read-only, as the auditor, each on one snapshot of a municipality."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cli import location, output, plainly
from community import municipalities
from community.municipalities import Municipality
from db import engine, migrate, transact
from flows import audit, recompute, trace
from kernel.settings import Settings
from ledger import export
from ledger.checks import Check, Progress

PROGRESS_SECONDS = 2.0  # between two lines where no terminal shows one line over another

T = TypeVar("T")
Found = tuple[Municipality, T]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    verifying = commands.add_parser("verify", help="does everything that is stored follow from the journal? exit 1 if not")
    verifying.set_defaults(run=_verify)
    repeating = commands.add_parser("recompute", help="does every decision follow from its edition and facts? exit 1 if not")
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
    found = _in_each(asked, settings, lambda progress: lambda conn: recompute.recompute(conn, progress=progress))
    words = [f"{town.code} {town.name}: {made.checks[0].checked} decisions: {_outcome(made.checks)}" for town, made in found]
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
    work: Callable[[Progress], Callable[[AsyncConnection], Awaitable[T]]],
    *,
    only_one: bool = False,
) -> list[Found[T]]:
    """What `work` finds in each municipality that is asked for, as the auditor, one snapshot each."""
    with location.opened(settings) as found:
        return asyncio.run(_as_auditor(found.auditor_url, asked.municipality, work, only_one))


async def _as_auditor(
    url: str, code: str | None, work: Callable[[Progress], Callable[[AsyncConnection], Awaitable[T]]], only_one: bool
) -> list[Found[T]]:
    auditor = engine.create(url, name="yui audit", pool_size=1, limited=False)
    try:
        towns = await _towns(auditor, code)
        if only_one and len(towns) > 1:
            raise plainly.AskedWrongly(f"there are {len(towns)} municipalities here: name one with --municipality")
        return [(town, await transact.read(auditor, town.municipality_id, work(_progress_of(town)))) for town in towns]
    finally:
        await auditor.dispose()


async def _towns(auditor: AsyncEngine, code: str | None) -> list[Municipality]:
    async with auditor.connect() as conn:
        await migrate.check(conn)
        towns = [await municipalities.by_code(conn, code)] if code else await audit.towns(conn)
    if not towns:
        raise plainly.CommandFailed("there is no municipality yet: found one with `yui town`")
    return towns


def _progress_of(town: Municipality) -> Progress:
    """A line on stderr that is written over as the work goes on; where that is no terminal, a line every few seconds."""
    told_at = time.monotonic()

    def tell(name: str) -> None:
        nonlocal told_at
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{town.code}: {name} …")
        elif time.monotonic() - told_at > PROGRESS_SECONDS:
            sys.stderr.write(f"{town.code}: {name} …\n")
            told_at = time.monotonic()
        sys.stderr.flush()

    return tell


def _outcome(found: tuple[Check, ...]) -> str:
    wrong = [check for check in found if not check.ok]
    if not wrong:
        return f"all {len(found)} checks hold"
    lines = [f"\n  {check.name}: {msgspec.json.encode(check.first_difference).decode()}" for check in wrong]
    return f"{len(wrong)} of {len(found)} checks fail; the first difference of each:{''.join(lines)}"


def _tell_checks(asked: argparse.Namespace, words: list[str], found: list[tuple[Municipality, bool, Any]]) -> int:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    holds = all(ok for _, ok, _ in found)
    facts = [{"code": town.code, "name": town.name} | msgspec.to_builtins(made) for town, _, made in found]
    output.tell(asked, "\n".join(words), {"ok": holds, "municipalities": facts})
    return 0 if holds else plainly.FAILED
