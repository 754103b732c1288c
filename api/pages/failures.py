"""What a person sees when it did not work: what happened, and what to do next. The words stand in web/texts/refusals.toml, by code.

A code without words of its own is told in general terms, with its status; nothing of the request is repeated.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from api import context, envelope, failures, problems, refusals
from api.pages import door as doors
from api.pages import texts, ways
from api.problem_table import TABLE
from kernel.refusal import Refusal

AnyRequest = Request[Any, Any, Any]
_GENERAL = {
    401: "signed_out",
    403: "not_allowed",
    404: "not_found",
    409: "not_now",
    410: "over",
    422: "not_so",
    429: "too_often",
    503: "later",
}


def on_refusal(request: AnyRequest, refused: Refusal) -> Response[Any]:
    """The page of a refusal; who is not signed in is taken to where one signs in, who has to prove themselves to where one does."""
    if isinstance(refused, refusals.NotSignedIn):
        return Redirect("/sign-in", status_code=303)
    if isinstance(refused, refusals.NobodyToActFor):
        return Redirect("/acting", status_code=303)
    if isinstance(refused, refusals.StepUpNeeded):
        return Redirect(f"/step-up?next={quote(ways.back_from(request), safe='/')}", status_code=303)
    return _told(request, refused.code, refused.facts())


def on_refused_before(request: AnyRequest, refused: doors.RefusedBefore) -> Response[Any]:
    """The same page again for the same wish."""
    return _told(request, refused.code, refused.facts)


def on_http_exception(request: AnyRequest, raised: HTTPException) -> Response[Any]:
    """What the framework refused by itself."""
    if raised.status_code >= 500:
        return on_fault(request, raised)
    return _told(request, failures.refusal_of(raised).code, {})


def on_fault(request: AnyRequest, raised: Exception) -> Response[Any]:
    """A database that cannot be reached, an outcome that is not known, or a mistake of ours."""
    return _told(request, failures.noted(request, raised), {})


HANDLERS: dict[int | type[Exception], Any] = {
    doors.RefusedBefore: on_refused_before,
    Refusal: on_refusal,
    HTTPException: on_http_exception,
    Exception: on_fault,
}


def _told(request: AnyRequest, code: str, facts: dict[str, Any]) -> Response[Any]:
    status = TABLE[code].status
    context.of(request).metrics.refused(code)
    door = doors.of_known(request)
    what, then = words(code, status, door.locale, facts)
    page = door.page(
        "refused.html", status=status, what=what, then=then, code=code, correlation=envelope.correlation(request.scope)
    )
    page.headers.update(problems.headers_of(status))
    return page


def words(code: str, status: int, locale: texts.Locale, facts: dict[str, Any]) -> tuple[str, str]:
    """What happened and what to do, in a language."""
    known = texts.catalogue()
    key = f"refusals.{code}" if f"refusals.{code}.what" in known else f"refusals.general.{_GENERAL.get(status, 'ours')}"
    shown = {name: value for name, value in facts.items() if isinstance(value, int | str)}
    shown["explanation"] = " ".join(facts.get("explanation", {}).get(locale, []))  # what a rule said, in sentences by language
    return texts.say(f"{key}.what", locale, **shown), texts.say(f"{key}.then", locale, **shown)
