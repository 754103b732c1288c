"""What a played camera sees: real symbols, drawn into pictures that Chromium plays in place of a camera, round and round.

path = clips.made(tmp_path / "till.mjpeg", [(clips.nothing(), 0.5), (clips.showing(card), 2)])
async with clips.camera(path) as browser: …
"""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image, ImageFilter
from playwright.async_api import Browser

from qr import render
from tests.support import chromium

SIZE = (640, 480)
FRAMES_PER_SECOND = 30  # as Chromium plays them
WALL, PAPER = (96, 104, 112), 250
UI, DEVICE = "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"


def nothing() -> Image.Image:
    """A wall."""
    return Image.new("RGB", SIZE, WALL)


def showing(*texts: str, pixels: int = 240, blur: float = 0.0) -> Image.Image:
    """The symbols side by side, slightly turned; each as wide as `pixels`, `blur` is the radius in pixels."""
    picture = nothing()
    for place, text in enumerate(texts):
        drawn = _drawn(text, pixels)
        left = SIZE[0] * (2 * place + 1) // (2 * len(texts)) - drawn.width // 2
        picture.paste(drawn, (left, (SIZE[1] - drawn.height) // 2), drawn.getchannel("A"))
    return picture.filter(ImageFilter.GaussianBlur(blur)) if blur else picture


def made(path: Path, scenes: Sequence[tuple[Image.Image, float]]) -> Path:
    """Writes pictures, each for so many seconds, as a clip at `path`, which ends in .mjpeg."""
    with path.open("wb") as clip:
        for picture, seconds in scenes:
            written = io.BytesIO()
            picture.save(written, "JPEG", quality=88)
            clip.write(written.getvalue() * round(seconds * FRAMES_PER_SECOND))
    return path


@asynccontextmanager
async def camera(clip: Path) -> AsyncGenerator[Browser]:
    """A browser whose only camera plays the clip, whose path is a whole one, and that has been allowed to use it."""
    async with chromium.launched(UI, DEVICE, f"--use-file-for-fake-video-capture={clip}") as browser:
        yield browser


@asynccontextmanager
async def denied_camera() -> AsyncGenerator[Browser]:
    """A browser that has a camera, and that was told not to use it."""
    async with chromium.launched(f"{UI}=deny", DEVICE) as browser:
        yield browser


def _drawn(text: str, pixels: int) -> Image.Image:
    """A symbol on a card that is held a little askew."""
    symbol = Image.open(io.BytesIO(render.png(render.symbol(text), 8))).convert("RGBA").resize((pixels, pixels))
    return symbol.rotate(4, resample=Image.Resampling.BICUBIC, expand=True)
