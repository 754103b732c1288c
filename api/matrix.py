"""Who may do what, drawn from the router: `python -m api.documents` writes docs/authorization.md."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from litestar import Litestar

from api import auth, openapi
from community.actor import ROLES

HEAD = """\
# Who may do what

Drawn from the routes by `python -m api.documents`; a test compares. A token opens one municipality: what is another's does not
exist for it (404), whatever the role.

* **own**: what belongs to the caller's member. Another member's is answered as if it did not exist (404).
* **organisation**: what belongs to the caller's organisation; another's does not exist either.
* **town**: everything of the municipality.
* **–**: refused by role (403). Without a token: 401. *everybody*: no token is asked.

"""
PAGES = """\
## Pages

A page is opened by a session, not by a token; whoever is not signed in is taken to `/sign-in`. *everybody*: nobody has to be signed in.

"""


class Row(msgspec.Struct, frozen=True):
    """One operation and whom it serves; a page is opened by a session, anything else by a token."""

    method: str
    path: str
    may: auth.May
    page: bool


def rows(app: Litestar) -> Iterator[Row]:
    """Every operation of `app`, by path and method. Raises auth.UndeclaredRoute."""
    found = [
        Row(method, route.path_format, auth.declared(handler), bool(handler.opt.get("page")))
        for route, method, handler in openapi.operations(app)
    ]
    yield from sorted(found, key=lambda row: (row.path, row.method))


def markdown(app: Litestar) -> str:
    """The matrix as a document."""
    drawn = list(rows(app))
    api, pages = ([row for row in drawn if row.page == page] for page in (False, True))
    return HEAD + _table(api) + "\n" + PAGES + _table(pages)


def _table(shown: list[Row]) -> str:
    lines = [f"| | {' | '.join(ROLES)} |", f"|---|{'---|' * len(ROLES)}"]
    for row in shown:
        may = row.may
        cells = ["*everybody*"] * len(ROLES) if may == auth.PUBLIC else [may.get(role, "–") for role in ROLES]
        lines.append(f"| {row.method} `{row.path}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
