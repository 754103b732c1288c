"""`yui rules evaluate FILE… --facts FACTS.json`: what comes of a list of events by the editions of a scheme, as an officer reads it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from cli import output, plainly
from kernel.settings import Settings
from rules import check, not_asked, parse, trial_document, unreadable_facts
from rules.refusals import RuleError, UnreadableEdition, UnreadableFacts
from rules.vocabulary.edition import Edition
from rules.wording.said import LOCALES


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an edition, or several of one scheme")
    parser.add_argument("--facts", type=Path, required=True, metavar="FACTS.json", help='{"events": […]}: see docs/rules')
    parser.add_argument("--locale", choices=LOCALES, default="ja", help="the language that is printed (default ja)")
    parser.set_defaults(run=_evaluate)


def _evaluate(asked: argparse.Namespace, _settings: Settings) -> int:
    locale: Literal["en", "ja"] = "en" if asked.locale == "en" else "ja"
    editions, wrong = _editions(asked.files, locale)
    facts_json = asked.facts.read_bytes()
    try:
        document = trial_document.read(facts_json)
    except UnreadableFacts as refused:
        found = unreadable_facts.find(facts_json, locale) or (unreadable_facts.plain(refused.problem),)
        return _refused(asked, [*wrong, *((f"{asked.facts}: {each}", each) for each in found)])
    if wrong:
        return _refused(asked, wrong)
    _of_one_scheme(editions)
    for warning in not_asked.warnings(document, editions, asked.locale):
        sys.stderr.write(f"{asked.facts}: {warning}\n")
    results = list(check.evaluate_editions(editions, document))
    output.tell(asked, "\n".join(check.lines(each, editions, asked.locale) for each in results), {"results": results})
    return 0


def _editions(files: Sequence[Path], locale: Literal["en", "ja"]) -> tuple[list[Edition], list[tuple[str, Any]]]:
    """The editions, and each mistake as it is printed and as it is told to a program."""
    editions: list[Edition] = []
    wrong: list[tuple[str, Any]] = []
    for path in files:
        try:
            editions.append(parse.parse(text_of(path), locale))
        except UnreadableEdition as refused:
            wrong += [(mistake(str(path), error), {"file": str(path), **_facts(error)}) for error in refused.errors]
    return editions, wrong


def _facts(error: RuleError) -> dict[str, Any]:
    return {"line": error.line, "path": error.path, "problem": error.problem, "hint": error.hint}


def _refused(asked: argparse.Namespace, wrong: Sequence[tuple[str, Any]]) -> int:
    """Tells every mistake: for a person on the error output, for a program as the last object."""
    if asked.json:
        output.tell(asked, "", {"ok": False, "errors": [told for _, told in wrong]})
    else:
        sys.stderr.write("".join(f"{line}\n" for line, _ in wrong))
    return plainly.FAILED


def _of_one_scheme(editions: Sequence[Edition]) -> None:
    """Refuses editions that cannot follow one another."""
    if len({edition.scheme for edition in editions}) > 1:
        raise plainly.AskedWrongly("the editions are of different schemes: try each by itself")
    if len({edition.starts_on for edition in editions}) < len(editions):
        raise plainly.AskedWrongly("two of the editions start on the same day")


def mistake(name: str, error: RuleError) -> str:
    """`FILE:LINE: field: what is wrong`, as editors follow it, and below how to say it."""
    where = f"{name}:{error.line}: {error.path}: " if error.path else f"{name}:{error.line}: "
    return f"{where}{error.problem}\n    {error.hint}"


def text_of(path: Path) -> str:
    """The file's text; one that is not UTF-8 is shown to the parser as it is read, which then names the line."""
    return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8", errors="replace")
