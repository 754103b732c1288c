"""`yui rules simulate DRAFT --from DAY --to DAY`: a draft over what a town really did. Read-only, as the auditor."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from cli import output, plainly, snapshots
from flows import hands, simulate
from kernel.settings import Settings
from rules import parse, report, simulation_tables
from rules.simulation import Simulation
from rules.vocabulary.edition import Edition

PROCESSES_DEFAULT = 2


def offer(commands: Any) -> None:
    """Adds the command to the group of the rules."""
    trying = commands.add_parser("simulate", help="what would a draft have granted? reads a town's attendances, changes nothing")
    trying.add_argument("file", type=Path, metavar="DRAFT", help="an edition, as for check; - reads it from the input")
    trying.add_argument("--from", dest="first_on", type=date.fromisoformat, required=True, metavar="DAY", help="the first day")
    trying.add_argument("--to", dest="last_on", type=date.fromisoformat, required=True, metavar="DAY", help="the last day")
    trying.add_argument("--municipality", metavar="CODE", help="the 6-digit code; not needed where there is one alone")
    trying.add_argument("--processes", type=int, choices=range(1, 65), default=PROCESSES_DEFAULT, metavar="N", help="(default 2)")
    trying.add_argument("--csv", type=Path, metavar="FILE", help="also write every table into one long one")
    trying.add_argument(
        "--html", type=Path, metavar="FILE", help="also write a report with charts: one file, to be opened or printed"
    )
    output.offer_json(trying)
    trying.set_defaults(run=_simulate)


def _simulate(asked: argparse.Namespace, settings: Settings) -> int:
    draft = _read(asked.file)
    wanted = simulate.Asked(draft=draft, first_on=asked.first_on, last_on=asked.last_on)
    with hands.processes(asked.processes) as by:
        ((town, found),) = snapshots.in_each(
            settings,
            asked.municipality,
            lambda progress: lambda conn: simulate.simulate_draft(conn, wanted, progress=progress, by=by),
            only_one=True,
        )
    snapshots.clear()
    if asked.csv is not None:
        asked.csv.write_text(simulation_tables.csv(found), encoding="utf-8-sig", newline="")
    if asked.html is not None:
        asked.html.write_text(report.html(found, town.name), encoding="utf-8")
    output.tell(asked, "\n".join(_lines(found, draft)), {"municipality": town.code} | msgspec.to_builtins(found))
    return 0


def _read(path: Path) -> Edition:
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8", errors="replace")
    try:
        return parse.parse(text)
    except parse.UnreadableEdition as error:
        raise plainly.CommandFailed(f"{path} is no edition: `yui rules check` names every mistake ({error.code})") from None


def _lines(found: Simulation, draft: Edition) -> list[str]:
    total, members, unit = found.total, found.members, draft.unit
    told = [
        f"{found.title.en}: {found.first_on} to {found.last_on}, {found.attendances} attendances",
        f"granted {total.draft} {unit} instead of {total.current} ({total.difference:+})",
        f"members: {members.gain} gain {members.gained}, {members.lose} lose {members.lost}, {members.stay} stay",
    ]
    told += [f"cap {hit.cap} ({hit.limit} {hit.of} a {hit.per}): cuts {hit.cut} in {hit.times} cases" for hit in found.caps]
    told += [
        f"{line.fiscal_year} {line.code}: runs out on {line.draft_runs_out_on}, short of {line.draft_short}"
        for line in found.budget
        if line.draft_runs_out_on is not None
    ]
    told += [f"not known: {asked.fact} ({asked.attendances} attendances)" for asked in found.asked]
    if found.conversion is not None:
        told += [f"{form.form}: at most {form.pays_at_most} {form.into}" for form in found.conversion.forms]
    return told
