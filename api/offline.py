"""The application without a database behind it, for what only looks at its routes: documents and their tests."""

from __future__ import annotations

from litestar import Litestar

from api import app as application
from db import engine
from kernel.clock import SystemClock

_NOWHERE = "postgresql://nobody@localhost/nowhere"  # an engine connects when it is first asked: this one never is


def app() -> Litestar:
    """An application that is never started."""
    created = engine.create(_NOWHERE, name="yui documents")
    return application.create_app(created, clock=SystemClock(), master=bytes(32), public_url="https://YUI.EXAMPLE.JP")
