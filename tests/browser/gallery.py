"""`make gallery`: a picture of every page in docs/gallery, as people have it in hand. Run by name, no test."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.support import chromium

GALLERY = Path(__file__).resolve().parents[2] / "docs" / "gallery"
WIDTHS: dict[chromium.Size, int] = {"phone": 280, "tablet": 400, "desktop": 560}
"""How wide a picture is kept, in pixels."""
HEIGHT_MAX = 2.2  # times the width: what is longer is cut
INKS = ("1a1a1a", "464646", "666666", "115a36", "0c472a", "00428c", "8b3200", "a90000", "e25100")
GROUNDS = ("fdfbf5", "ffffff", "e6f5ec", "c2e5d1", "fff6ee", "f5f3ea", "f0f9ff", "fdeeee", "d9d5c7", "115a36")
"""The colours of web/styles/palette.css, in which the pictures are kept."""
BYTES_MAX = 3_000_000  # of all pictures together: a repository is cloned by many


def sizes(shown: pages.Shown) -> tuple[chromium.Size, ...]:
    """The sizes that a page is kept at: phone and desktop for members and everybody, one for who works with it."""
    if shown.role in {None, "member", "acting"}:
        return ("phone", "desktop")
    return ("tablet",) if shown.role in {"host", "cashier", "treasurer"} else ("desktop",)


PAIRS = [(shown, size) for shown in pages.PAGES for size in sizes(shown)]


@pytest.mark.parametrize(("shown", "size"), PAIRS, ids=lambda told: told if isinstance(told, str) else told.name)
async def test_take(visits: Visitor, shown: pages.Shown, size: chromium.Size) -> None:
    page = await visits(shown, size)
    window = page.viewport_size
    assert window is not None
    whole = await page.evaluate("document.documentElement.scrollHeight")
    height = min(max(whole, window["height"]), int(window["width"] * HEIGHT_MAX))
    await page.set_viewport_size({"width": window["width"], "height": height})
    keep(await page.screenshot(animations="disabled"), GALLERY / f"{shown.name}-{size}.png", WIDTHS[size])


def keep(taken: bytes, place: Path, width: int) -> None:
    """Keeps a picture small."""
    place.parent.mkdir(exist_ok=True)
    with Image.open(io.BytesIO(taken)) as picture:
        small = picture.convert("RGB").resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
        small.quantize(palette=palette(), dither=Image.Dither.NONE).save(place, optimize=True)


@lru_cache(maxsize=1)
def palette() -> Image.Image:
    """Our own colours, and what lies between an ink and a ground: letters have soft edges."""
    inks, grounds = ([tuple(bytes.fromhex(each)) for each in named] for named in (INKS, GROUNDS))
    between = [
        tuple(round(one + (other - one) * part / 3) for one, other in zip(ink, ground, strict=True))
        for ink in [*inks, grounds[1]]
        for ground in [*grounds[:3], grounds[-1]]
        for part in (1, 2)
    ]
    made = Image.new("P", (1, 1))
    made.putpalette([part for colour in [*inks, *grounds, *between] for part in colour])
    return made


def test_tell() -> None:
    """The pictures on one page, and none of a page that is no more."""
    names = {f"{shown.name}-{size}.png" for shown, size in PAIRS}
    for picture in GALLERY.glob("*.png"):
        if picture.name not in names:
            picture.unlink()
    lines = ["# The pages", "", "Made by `make gallery` in the demo's town, whose people are all invented.", ""]
    for shown in pages.PAGES:
        pictures = " ".join(f'<img src="{shown.name}-{size}.png" alt="{shown.name}, {size}">' for size in sizes(shown))
        lines += [f"## {shown.name}", "", f"{shown.role or 'anybody'} · `{shown.path}`", "", pictures, ""]
    assert sum(picture.stat().st_size for picture in GALLERY.iterdir()) < BYTES_MAX
    (GALLERY / "README.md").write_text("\n".join(lines), encoding="utf-8")
