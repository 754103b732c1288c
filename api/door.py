"""What a handler works with: who calls, the one instant at which the request happens, and three ways into the database.

return await door.read(lambda conn: wallets.own(conn, …))                # one snapshot, nothing written
return await door.write(lambda conn: offers.make(conn, …))               # one transaction
return await door.keyed(key, asked, lambda conn: purchase.take(conn, …)) # one transaction, once under the caller's key
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import HeaderParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api import context, envelope, problems, refusals
from community import members, organisations, principals
from community.actor import Actor
from community.refusals import UnknownMember, UnknownOrganisation
from db import transact
from kernel import canonical
from kernel.refusal import Refusal
from ledger import idempotency

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

REPLAYED_HEADER = "Idempotency-Replayed"
KEY_HEADER = "Idempotency-Key"
Key = Annotated[
    str | None,
    HeaderParameter(
        name=KEY_HEADER,
        description="1 to 200 printable ASCII characters, of the caller's choice and new for each new wish. Required: the same key "
        "with the same request gets the first answer again, marked `Idempotency-Replayed: true`, and nothing happens twice.",
    ),
]


@dataclass(frozen=True)
class Door:
    """One request, let in. `now` is the instant at which all of it happens."""

    context: context.Context
    actor: Actor
    now: datetime
    request: Request[Any, Any, Any]

    @property
    def town(self) -> int:
        """The municipality behind whose wall the request runs."""
        return self.actor.municipality_id

    def reach_member(self, member_id: UUID) -> None:
        """Lets a member at nobody's things but their own. Raises UnknownMember."""
        if self.actor.role == "member" and self.actor.member_id != member_id:
            raise UnknownMember(member_id=member_id)

    async def found_member(self, member_id: UUID) -> None:
        """Makes sure that there is such a member, and that the caller reaches them. Raises UnknownMember."""
        self.reach_member(member_id)
        await self.read(lambda conn: members.find(conn, member_id))

    @property
    def own_organisation(self) -> UUID | None:
        """The only organisation whose things the caller reaches; None for those who reach all of the town's."""
        return self.actor.organisation_id if self.actor.role in principals.FOR_AN_ORGANISATION else None

    async def found_organisation(self, organisation_id: UUID) -> None:
        """Makes sure that there is such an organisation, and that the caller reaches it. Raises UnknownOrganisation."""
        if self.own_organisation not in {None, organisation_id}:
            raise UnknownOrganisation(organisation_id=organisation_id)
        await self.read(lambda conn: organisations.find(conn, organisation_id))

    async def read(self, work: Work[T]) -> T:
        """What `work` finds on one snapshot."""
        return await self.context.read(self.town, work)

    async def write(self, work: Work[T]) -> T:
        """Runs `work` in one transaction. For what moves no points: repeating it is harmless or refused by name."""
        return await transact.transact(self.context.engine, self.town, work)

    async def replayable(self, work: Work[T]) -> T:
        """Runs `work`, which carries a key of its own (a scan's id), in one transaction; an unknown COMMIT is tried again."""
        return await transact.transact(self.context.engine, self.town, work, keyed=True)

    async def keyed(self, key: str | None, asked: msgspec.Struct | None, work: Work[Any]) -> Response[Any]:
        """Runs `work` once under the caller's key; 201 with what it returns, or the problem of its refusal, and so for ever after.

        Raises IdempotencyKeyMissing, IdempotencyKeyMalformed, KeyReused.
        """
        claimed = _checked(key)
        digest = self._digest(asked)

        async def once(conn: AsyncConnection) -> idempotency.Answer:
            async def done() -> tuple[int, bytes]:
                return 201, msgspec.json.encode(await work(conn))

            caller = self.actor.principal_id
            return await idempotency.once(
                conn, caller=caller, key=claimed, request_sha256=digest, work=done, refused=self._refused
            )

        answer = await transact.transact(self.context.engine, self.town, once, keyed=True)
        return self._answer(answer)

    def _digest(self, asked: msgspec.Struct | None) -> bytes:
        """What makes two requests the same: method, path, query and the meaning (not the spelling) of the body."""
        url = self.request.url
        said = [self.request.method, url.path, url.query, msgspec.to_builtins(asked)]
        return hashlib.sha256(canonical.encode(said)).digest()

    def _refused(self, refusal: Refusal) -> tuple[int, bytes]:
        self.context.metrics.refused(refusal.code)
        return problems.of_refusal(refusal, envelope.correlation(self.request.scope))

    def _answer(self, answer: idempotency.Answer) -> Response[Any]:
        refused = answer.status >= 400
        outcome = "replayed" if answer.replayed else "refused" if refused else "done"
        self.context.metrics.posted(self.request.scope["path_template"], outcome)
        return Response(
            answer.body,
            status_code=answer.status,
            media_type=problems.MEDIA_TYPE if refused else "application/json",
            headers=problems.headers_of(answer.status) | ({REPLAYED_HEADER: "true"} if answer.replayed else {}),
        )


def provide_door(request: Request[Any, Any, Any]) -> Door:
    """The door of an authenticated request; litestar injects it as `door`."""
    served = context.of(request)
    return Door(context=served, actor=request.user, now=served.clock.now(), request=request)


def _checked(key: str | None) -> str:
    if key is None:
        raise refusals.IdempotencyKeyMissing
    length_max = idempotency.KEY_LENGTH_MAX
    if not 0 < len(key) <= length_max or not key.isascii() or not key.isprintable():
        raise refusals.IdempotencyKeyMalformed(length_max=length_max)
    return key
