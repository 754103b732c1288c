"""From a template and values to a page: escaped, in the reader's language and text size, under a strict content security policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial
from importlib import resources
from typing import Any

import jinja2
from litestar import Response

from api import aloud, permissions
from api.pages import texts
from api.pages.texts import Locale
from kernel import days, eras

SIZES = ("normal", "large", "largest")
YEARS = ("western", "era")
"""How years are written: 2026年, or 令和8年."""
WEEKDAYS: dict[Locale, tuple[str, ...]] = {
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "ja-easy": ("月", "火", "水", "木", "金", "土", "日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WITH_CAMERA = {"Permissions-Policy": permissions.policy("camera")}
"""Headers of a page that scans: `door.page("host/scan.html", headers=rendering.WITH_CAMERA)`. No other page gets the camera."""

# Addresses go to nobody else. To ourselves they do: under `no-referrer` a browser would send our own forms with `Origin: null`.
REFERRER_POLICY = "same-origin"
_PAGES = jinja2.Environment(
    loader=jinja2.PackageLoader("web", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@lru_cache(maxsize=1)
def _manifest() -> dict[str, dict[str, Any]]:
    """What the build of the assets wrote: from a source to the file that is served, with its hash in the name."""
    path = resources.files("web").joinpath("dist") / ".vite" / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def asset(source: str) -> str:
    """The address of a built asset, such as `src/main.ts`. Raises KeyError where it was not built: `make setup` builds."""
    return f"/assets/{_manifest()[source]['file']}"


def styles(source: str) -> list[str]:
    """The addresses of the style sheets that belong to a built asset, and to what it shares with others."""
    made = _manifest()[source]
    own = [f"/assets/{name}" for name in made.get("css", ())]
    return list(dict.fromkeys([sheet for shared in made.get("imports", ()) for sheet in styles(shared)] + own))


def needed_by(source: str) -> list[str]:
    """The addresses of a built script and of all that it loads: styles, parts, pictures; each once."""
    found: dict[str, None] = {}
    asked = [source]
    seen: set[str] = set()
    while asked:
        name = asked.pop()
        if name in seen:
            continue
        seen.add(name)
        told = _manifest()[name]
        found |= dict.fromkeys([told["file"], *told.get("css", ()), *told.get("assets", ())])
        asked += [*told.get("imports", ()), *told.get("dynamicImports", ())]
    return [f"/assets/{each}" for each in found]


def parts(source: str) -> list[str]:
    """The addresses of the scripts that a built script loads: those it imports, and its workers."""
    return [each for each in needed_by(source) if each.endswith(".js") and each != asset(source)]


def compiled() -> list[str]:
    """The addresses of what scripts load by themselves: WebAssembly."""
    dist = resources.files("web").joinpath("dist")
    return sorted(f"/assets/{each.name}" for each in dist.iterdir() if each.name.endswith(".wasm"))


def day(on: date, locale: Locale) -> str:
    """5月10日(日), or Sun 10 May."""
    weekday = WEEKDAYS[locale][on.weekday()]
    return f"{weekday} {on.day} {on:%B}" if locale == "en" else f"{on.month}月{on.day}日({weekday})"


def clock(at: datetime) -> str:
    """13:05, in Japan."""
    return f"{at.astimezone(days.TOKYO):%H:%M}"


def whole_day(on: date, locale: Locale, years: str = YEARS[0]) -> str:
    """With the year: 2026年5月10日, 令和8年5月10日 where years are told by `era`, or 10 May 2026."""
    if locale == "en":
        return f"{on.day} {on:%B} {on.year}"
    year = eras.spoken_year(on) if years == "era" else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日"


def _on(written: Callable[[date, Locale], str], locale: Locale, on: date | datetime) -> str:
    return written(days.local_date(on) if isinstance(on, datetime) else on, locale)


def page(
    template: str, *, locale: Locale, status: int = 200, headers: dict[str, str] | None = None, **values: Any
) -> Response[str]:
    """The page as an answer. `calendar` among the values says how years are written."""

    def t(key: str, **told: Any) -> str:
        return texts.say(key, locale, **told)

    written = _PAGES.get_template(template).render(
        t=t,
        locale=locale,
        lang="en" if locale == "en" else "ja",
        asset=asset,
        aloud=aloud.number,
        styles=styles,
        parts=parts,
        compiled=compiled,
        day=partial(_on, day, locale),
        whole_day=partial(_on, partial(whole_day, years=values.get("calendar", YEARS[0])), locale),
        clock=clock,
        **values,
    )
    return Response(
        written,
        status_code=status,
        media_type="text/html",
        headers={"Content-Security-Policy": CSP, "Referrer-Policy": REFERRER_POLICY} | (headers or {}),
    )
