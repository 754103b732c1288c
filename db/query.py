"""Statements as prose: one question, one named function, one statement, and these four ways to ask it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection


def statement(prose: str) -> TextClause:
    """A statement with `:name` parameters. Written once, at the top of the module that asks it."""
    return text(prose)


S = TypeVar("S")


def into(kind: type[S], row: Row[Any]) -> S:
    """A row as the struct `kind`, whose fields are named as the columns."""
    return kind(**row._mapping)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - SQLAlchemy's documented name


def named(row: Row[Any]) -> dict[str, Any]:
    """A row as its values by name."""
    return dict(row._mapping)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - SQLAlchemy's documented name


async def rows(conn: AsyncConnection, asked: TextClause, **given: Any) -> Sequence[Row[Any]]:
    """Every row of the answer."""
    return (await conn.execute(asked, given)).all()


async def one(conn: AsyncConnection, asked: TextClause, **given: Any) -> Row[Any] | None:
    """The only row of the answer, or None. More than one row is a fault."""
    return (await conn.execute(asked, given)).one_or_none()


async def scalar(conn: AsyncConnection, asked: TextClause, **given: Any) -> Any:
    """The one value of the one row of the answer. No row is a fault."""
    return (await conn.execute(asked, given)).scalar_one()


async def run(conn: AsyncConnection, asked: TextClause, **given: Any) -> int:
    """Runs a statement that answers nothing; the number of rows that it touched."""
    return (await conn.execute(asked, given)).rowcount
