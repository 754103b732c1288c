"""What a phone's camera opens: one page that says what the code is for and what to do next.

Link previews and in-app browsers open addresses by themselves, so nothing here reads or changes anything: no database, no script, the
same page for every code of a kind, genuine or not. The code stays in the address and is neither repeated nor logged.
"""

import base64
import hashlib

import jinja2
import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api import auth

_STYLE = (
    "body{margin:0;background:#fff;color:#1a1a1c;font:18px/1.7 'BIZ UDPGothic','Noto Sans JP',sans-serif}"
    "main{max-width:34rem;margin:0 auto;padding:1.5rem}h1{font-size:1.6rem;line-height:1.4}h2{font-size:1.2rem}"
    "li{margin-bottom:.6rem}.calm{border-top:2px solid #626264;padding-top:1rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_CSP = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGES = jinja2.Environment(
    loader=jinja2.PackageLoader("web", "templates"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
)


class Page(msgspec.Struct, frozen=True):
    """The words of one landing page."""

    title: str
    what: str
    steps: tuple[str, ...]
    calm: str


CARD = Page(
    title="会員カードの コードです",
    what="このコードは、受付や 買い物の ときに、係の人が 読み取る ものです。",
    steps=("このカードを 係の人に 見せてください。", "係の人が 機械で 読み取ります。"),
    calm="このページを 開いても、ポイントは 動きません。カードを 拾った 方は、役所の 窓口に お届けください。",
)
VENUE = Page(
    title="会場の 受付の コードです",
    what="このコードで、活動に 来たことを 記録します。コードは 30秒ごとに 変わります。",
    steps=("会場の 画面を、ゆいの 受付の 画面で 読み取ってください。", "わからない ときは、係の人に カードを 見せてください。"),
    calm="このページを 開いただけでは、まだ 受付は 終わっていません。",
)
POSTER = Page(
    title="活動の 受付の コードです",
    what="このコードで、活動に 来たことを 記録します。",
    steps=("ポスターを、ゆいの 受付の 画面で 読み取ってください。", "わからない ときは、係の人に カードを 見せてください。"),
    calm="このページを 開いただけでは、まだ 受付は 終わっていません。参加は あとで 係の人が 確かめます。",
)
PAY_CODE = Page(
    title="ポイントで はらう コードです",
    what="このコードは、お店の 人が 読み取る ものです。5分の あいだに 一度だけ 使えます。",
    steps=("このコードを お店の 人に 見せてください。", "時間が すぎたら、新しい コードを 作ってください。"),
    calm="このページを 開いても、ポイントは へりません。",
)


@get(["/C/{code:str}", "/c/{code:str}"], may=auth.PUBLIC, include_in_schema=False)
async def card(code: FromPath[str]) -> Response[str]:
    """The page of a card."""
    return _answer(CARD)


@get(["/T/{code:str}", "/t/{code:str}"], may=auth.PUBLIC, include_in_schema=False)
async def venue(code: FromPath[str]) -> Response[str]:
    """The page of a venue's rotating code."""
    return _answer(VENUE)


@get(["/A/{code:str}", "/a/{code:str}"], may=auth.PUBLIC, include_in_schema=False)
async def poster(code: FromPath[str]) -> Response[str]:
    """The page of a poster."""
    return _answer(POSTER)


@get(["/P/{code:str}", "/p/{code:str}"], may=auth.PUBLIC, include_in_schema=False)
async def pay_code(code: FromPath[str]) -> Response[str]:
    """The page of a pay code."""
    return _answer(PAY_CODE)


def _answer(page: Page) -> Response[str]:
    written = _PAGES.get_template("landing.html").render(page=page, style=_STYLE)
    return Response(written, media_type="text/html", headers={"Content-Security-Policy": _CSP})


HANDLERS = (card, venue, poster, pay_code)
