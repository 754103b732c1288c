"""What a page handler works with: the door of the API, and besides it the session, the reader's language, forms and answers.

return door.page("member/today.html", bookings=bookings)
form = await door.form(BookForm)                                  # checked: shape, form token
booked = await door.once(form.key, form, lambda conn: join.book(conn, …))   # once under the form's key; a refusal is raised
return door.go("/today")                                          # 303: sending the page again does nothing twice
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting, context, refusals, signed_in
from api.door import Door, Work
from api.pages import rendering, texts
from api.pages.texts import Locale
from community import sessions
from community.actor import Actor
from community.sessions import Session
from flows import looked, sign_in
from kernel import ids

T = TypeVar("T")
F = TypeVar("F", bound=msgspec.Struct)
FIELDS_MAX = 500
ANSWERS_MAX = 5_000  # of a form whose fields are made as it goes
LOCALE_COOKIE, SIZE_COOKIE, YEARS_COOKIE = "yui-lang", "yui-size", "yui-years"


class RefusedBefore(Exception):
    """A wish under a key that was refused the first time, and stays refused: the code and the facts of then."""

    def __init__(self, code: str, facts: dict[str, Any]) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class KeyedForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form that moves points: `key` was made with the page, so that sending it twice is one wish."""

    key: str


@dataclass(frozen=True)
class PageDoor(Door):
    """One request for a page. Where nobody has to be signed in, `session` may be None and `actor` is not to be used."""

    session: Session | None = None

    @property
    def signed_in(self) -> Session:
        """The session of whoever asks, on a page that is for those who are signed in. Raises NotSignedIn."""
        if self.session is None:
            raise refusals.NotSignedIn
        return self.session

    @property
    def address(self) -> str:
        """Where the request comes from, for limits alone; it is not kept."""
        client = self.request.client
        return client.host if client is not None else "?"

    @property
    def device(self) -> str:
        """What the browser says of itself."""
        return self.request.headers.get("user-agent", "?")

    @property
    def locale(self) -> Locale:
        """The reader's language: chosen on this device, Japanese otherwise."""
        told = self.request.cookies.get(LOCALE_COOKIE, texts.LOCALE_DEFAULT)
        return told if told in texts.LOCALES else texts.LOCALE_DEFAULT

    @property
    def size(self) -> str:
        """The text size, chosen on this device."""
        told = self.request.cookies.get(SIZE_COOKIE, rendering.SIZES[0])
        return told if told in rendering.SIZES else rendering.SIZES[0]

    @property
    def years(self) -> str:
        """How years are written, chosen on this device."""
        told = self.request.cookies.get(YEARS_COOKIE, rendering.YEARS[0])
        return told if told in rendering.YEARS else rendering.YEARS[0]

    def say(self, key: str, **values: Any) -> str:
        """Words in the reader's language."""
        return texts.say(key, self.locale, **values)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        """A page in the reader's language, with what every page needs."""
        return rendering.page(
            template,
            locale=self.locale,
            status=status,
            size=self.size,
            calendar=self.years,
            role=self.session.actor.role if self.session else None,
            label=self.session.label if self.session else None,
            signed_in_as=self.session.actor.principal_id.hex if self.session else None,
            acting=self.session.acting if self.session else None,
            unread=self.session.unread if self.session else 0,
            may_act=bool(self.session and self.session.may_act),
            device_at=self.session.actor.at if self.session else None,
            form_token=signed_in.form_token(self.request) if self.session else "",
            new_key=str(ids.new_id()),
            path=self.request.url.path,
            now=self.now,
            **values,
        )

    async def form(self, kind: type[F]) -> F:
        """The form that was sent, as `kind`. Raises ForeignForm, FormIncomplete."""
        told = self._fields(await self.request.body())
        if self.session is not None:
            signed_in.check_form_token(self.request, told.pop(signed_in.FORM_TOKEN, ""))
        told.pop(signed_in.FORM_TOKEN, None)
        known = {field.encode_name for field in msgspec.structs.fields(kind)}
        try:
            return msgspec.convert({name: value for name, value in told.items() if name in known}, kind, strict=False)
        except msgspec.ValidationError as error:
            raise refusals.FormIncomplete(field=str(error).rpartition("`$.")[2].rstrip("`") or str(error)) from error

    async def answers(self) -> dict[str, list[str]]:
        """What was sent, by name, with what was left empty: for a form whose fields are made as it goes. Raises as `form` does."""
        told: dict[str, list[str]] = {}
        for name, value in self._pairs(await self.request.body(), most=ANSWERS_MAX, empty=True):
            told.setdefault(name, []).append(value)
        token = told.pop(signed_in.FORM_TOKEN, [""])
        if self.session is not None:
            signed_in.check_form_token(self.request, token[0])
        return told

    @staticmethod
    def _pairs(body: bytes, *, most: int, empty: bool) -> list[tuple[str, str]]:
        try:
            return parse_qsl(body.decode(), keep_blank_values=empty, strict_parsing=False, max_num_fields=most)
        except (UnicodeDecodeError, ValueError) as error:
            raise refusals.FormIncomplete(field="$") from error

    @staticmethod
    def _fields(body: bytes) -> dict[str, Any]:
        """The fields of a form; a name that ends in [] may stand several times, an empty field counts as left out."""
        told: dict[str, Any] = {}
        for name, value in PageDoor._pairs(body, most=FIELDS_MAX, empty=False):
            if name.endswith("[]"):
                told.setdefault(name[:-2], []).append(value)
            else:
                told[name] = value.strip()
        return told

    async def write(self, work: Work[T]) -> T:
        """Runs `work` in one transaction; what is done for a member stands where they read it."""
        return await super().write(self._told(work))

    async def keyed(self, key: str | None, asked: msgspec.Struct | None, work: Work[Any]) -> Response[Any]:
        """Runs `work` once under the form's key; what is done for a member stands where they read it."""
        return await super().keyed(key, asked, self._told(work))

    def _told(self, work: Work[T]) -> Work[T]:
        acts, member_id = acting.of(self.request.route_handler), self.actor.acting_for if self.session else None
        what = acts.what if acts is not None else None
        if member_id is None or what is None:
            return work

        async def told(conn: AsyncConnection) -> T:
            done = await work(conn)
            await looked.note(conn, self.actor, member_id, what, self.now)
            return done

        return told

    async def once(self, key: str, asked: msgspec.Struct | None, work: Work[T], kind: type[T]) -> T:
        """Runs `work` once under the form's key; sent again, the first answer. A refusal is raised, the first time and ever after."""
        answer = await self.keyed(key, asked, work)
        if (answer.status_code or 0) >= 400:
            told = cast("dict[str, Any]", msgspec.json.decode(answer.content))
            raise RefusedBefore(told["code"], facts_of(told))
        return msgspec.json.decode(answer.content, type=kind)

    def signed_in_now(self, opened: sessions.Opened, path: str) -> Redirect:
        """On to a page with a new session: its secret goes into the cookie, in place of any other."""
        answer = self.go(path)
        answer.set_cookie(signed_in.cookie(opened.secret, int((opened.ends_at - self.now).total_seconds())))
        return answer

    def go(self, path: str) -> Redirect:
        """On to another page of ours; loading it again sends nothing again. Only paths of ours are gone to."""
        if not path.startswith("/") or path.startswith(("//", "/\\")):
            raise ValueError(f"not a path of ours: {path}")
        return Redirect(path, status_code=303)


async def provide_page_door(request: Request[Any, Any, Any]) -> PageDoor:
    """The door of a page; litestar injects it as `door`. Notes that the session is used, once a minute."""
    session = await signed_in.session_of(request)
    door = of_known(request)
    if session is not None and session.acting is not None and request.method == "GET":
        await door.write(_nothing)  # that it is looked at
    if session is not None and session.to_be_seen(door.now):
        await door.write(lambda conn: sign_in.seen(conn, session, now=door.now))
    return door


async def _nothing(conn: AsyncConnection) -> None:
    """Adds nothing of its own."""


def of_known(request: Request[Any, Any, Any]) -> PageDoor:
    """The door of a page that asks nothing of the database, for telling that something does not work: who is known by now is known."""
    served, session = context.of(request), signed_in.known(request)
    return PageDoor(
        context=served, actor=cast("Actor", session and session.actor), now=served.clock.now(), request=request, session=session
    )


def facts_of(refused: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a refusal that was kept: all but what every problem has."""
    return {name: value for name, value in refused.items() if name not in {"type", "title", "status", "code", "instance"}}
