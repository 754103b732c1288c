"""The documents that are drawn from the code: `python -m api.documents` writes them into docs/. No database is asked."""

from __future__ import annotations

import sys
from pathlib import Path

from litestar import Litestar

from api import app as application
from api import matrix, openapi, problem_docs
from db import engine
from kernel.clock import SystemClock

FOLDER = Path("docs")

_NOWHERE = "postgresql://nobody@localhost/nowhere"  # an engine connects when it is first asked: this one never is


def app() -> Litestar:
    """An application that is never started, for what only looks at its routes."""
    created = engine.create(_NOWHERE, name="yui documents")
    return application.create_app(created, clock=SystemClock(), master=bytes(32), public_url="https://YUI.EXAMPLE.JP")


def drawn() -> dict[str, str]:
    """Every document by its name."""
    made = app()
    return {
        "authorization.md": matrix.markdown(made),
        "openapi.json": openapi.written(made).decode(),
        "problems.md": problem_docs.markdown(),
    }


if __name__ == "__main__":
    for name, text in drawn().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{FOLDER / name}\n")
