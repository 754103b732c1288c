"""`yui rules check FILE…` and `yui rules evaluate FILE --facts FACTS.json`: the rules without a database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cli import output, plainly
from kernel.settings import Settings
from rules import check


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    checking = commands.add_parser("check", help="is it an edition? names every mistake at its line")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
    checking.add_argument("--locale", choices=("en", "ja"), default="en", help="the language of the messages")
    checking.set_defaults(run=_check)
    trying = commands.add_parser("evaluate", help="what would an edition grant for these attendances?")
    trying.add_argument("file", type=Path, metavar="FILE")
    trying.add_argument("--facts", type=Path, required=True, metavar="FACTS.json", help='{"attendances": […]}')
    trying.set_defaults(run=_evaluate)
    for command in (checking, trying):
        output.offer_json(command)


def _check(asked: argparse.Namespace, _settings: Settings) -> int:
    reports = [check.check(_text(path), str(path), asked.locale) for path in asked.files]
    lines = [
        line
        for report in reports
        for line in ([f"{report.name}: holds"] if report.ok else [f"{report.name}:{error}" for error in report.errors])
    ]
    holds = all(report.ok for report in reports)
    output.tell(asked, "\n".join(lines), {"ok": holds, "files": reports})
    return 0 if holds else plainly.FAILED


def _evaluate(asked: argparse.Namespace, _settings: Settings) -> int:
    results = check.evaluate_document(_text(asked.file), asked.facts.read_bytes())
    lines = [f"{result.id}: {result.amount} {result.unit} ({result.reason})" for result in results]
    output.tell(asked, "\n".join(lines), {"results": results})
    return 0


def _text(path: Path) -> str:
    """The file's text; one that is not UTF-8 is shown to the parser as it is read, which then names the line."""
    return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8", errors="replace")
