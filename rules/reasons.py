"""The page docs/rules/reasons.md: every code of a step and what it says. Drawn by `python -m rules.reasons`; a test compares."""

from __future__ import annotations

import re
import sys

from rules.wording import activity, asking, between, caps, claims, closing, conclusions, days, earning, person
from rules.wording.said import Templates

_CHAPTERS: tuple[tuple[str, Templates], ...] = (
    ("In force, in time, and until when", days.TEMPLATES),
    ("The person", person.TEMPLATES),
    ("The activity and its day", activity.TEMPLATES),
    ("What is not known yet", asking.TEMPLATES),
    ("What is earned", {**conclusions.TEMPLATES, **earning.TEMPLATES}),
    ("Caps", caps.TEMPLATES),
    ("Claims", claims.TEMPLATES),
    ("The end of a year", closing.TEMPLATES),
    ("Between members", between.TEMPLATES),
)
_HEAD = """# Reasons: every code and what it says

A trace is a list of steps, each a code with its numbers; the last one decides. What a member reads is one to four of these
sentences, the conclusion first. Codes are a promise to those who call us: they are never renamed. In braces: a number of the step.
There is easy Japanese (`ja-easy`) besides. Drawn by `python -m rules.reasons`; a test compares.
"""


def markdown() -> str:
    """The page: a table for each chapter, a row for each sentence."""
    tables = [
        "\n".join([f"## {title}", "", "| code | ja | en |", "|---|---|---|", *_rows(templates)]) for title, templates in _CHAPTERS
    ]
    return "\n".join([_HEAD, "\n\n".join(tables), ""])


def _rows(templates: Templates) -> list[str]:
    return [
        f"| `{code}` | {_plain(wording['ja'])} | {_plain(wording['en'])} |"
        for code, wordings in templates.items()
        for wording in wordings
    ]


def _plain(sentence: str) -> str:
    """A sentence with the names of its numbers, without how they are shown."""
    return re.sub(r"\{([a-z_]+):[a-z_]+\}", r"{\1}", sentence)


if __name__ == "__main__":
    sys.stdout.write(markdown())
