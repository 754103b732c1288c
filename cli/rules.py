"""The rules without a database: is it an edition, what would it grant, how does one write it, what can one start from.

`yui rules check FILE…`, `yui rules evaluate FILE… --facts FACTS.json`, `yui rules schema`, `yui rules presets [CODE]`,
`yui rules coverage`; and with one, `yui rules simulate` (`cli.simulate`).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cli import evaluate, output, plainly, simulate
from kernel.settings import Settings
from rules import check, coverage, json_schema, presets


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    checking = commands.add_parser("check", help="is it an edition? names every mistake at its line")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
    _offer_locale(checking, "the language of the messages")
    checking.set_defaults(run=_check)
    trying = commands.add_parser("evaluate", help="what would an edition grant and pay for these attendances and claims?")
    evaluate.arguments(trying)
    drawing = commands.add_parser("schema", help="the JSON Schema of an edition, for editors")
    drawing.add_argument("--facts", action="store_true", help="of the facts that `evaluate` reads")
    drawing.set_defaults(run=_schema)
    starting = commands.add_parser("presets", help="editions to copy and change: a list, or the document of one")
    starting.add_argument("code", nargs="?", metavar="CODE", help="print the document of this one")
    _offer_locale(starting, "the language of the list")
    starting.set_defaults(run=_presets)
    covering = commands.add_parser("coverage", help="published schemes tried on the rules: what holds, and what is left out")
    covering.add_argument("--vectors", type=Path, default=coverage.VECTORS, metavar="DIR", help="the schemes' documents")
    covering.set_defaults(run=_coverage)
    simulate.offer(commands)
    for command in (checking, trying, starting, covering):
        output.offer_json(command)


def _offer_locale(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--locale", choices=("en", "ja"), default="en", help=what)


def _check(asked: argparse.Namespace, _settings: Settings) -> int:
    reports = [check.check(evaluate.text_of(path), str(path), asked.locale) for path in asked.files]
    holds = {"en": "holds", "ja": "問題ありません"}[asked.locale]
    lines = [
        line
        for report in reports
        for line in (
            [f"{report.name}: {holds}"] if report.ok else [evaluate.mistake(report.name, error) for error in report.errors]
        )
    ]
    ok = all(report.ok for report in reports)
    output.tell(asked, "\n".join(lines), {"ok": ok, "files": reports})
    return 0 if ok else plainly.FAILED


def _schema(asked: argparse.Namespace, _settings: Settings) -> int:
    sys.stdout.write(json_schema.written(json_schema.facts() if asked.facts else json_schema.edition()))
    return 0


def _presets(asked: argparse.Namespace, _settings: Settings) -> int:
    if asked.code is not None:
        document = presets.document(asked.code)
        output.tell(asked, document.removesuffix("\n"), {"code": asked.code, "document": document})
        return 0
    listed = presets.listed()
    lines = [f"{each.code} ({each.like}): {getattr(each, asked.locale)}\n    {each.source} ({each.date})" for each in listed]
    output.tell(asked, "\n".join(lines), {"presets": listed})
    return 0


def _coverage(asked: argparse.Namespace, _settings: Settings) -> int:
    tried = coverage.tried(coverage.documents(asked.vectors))
    whole, of = coverage.share(tried)
    output.tell(
        asked,
        coverage.markdown(tried).removesuffix("\n"),
        {"computable": of, "whole": whole, "schemes": [coverage.reported(each) for each in tried]},
    )
    return plainly.FAILED if any(each.failures for each in tried) else 0
