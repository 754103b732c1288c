"""Symbols as cameras see them: what the service draws is painted, put a little out of focus, and read by an independent reader."""

from __future__ import annotations

import re

import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from cli.plainly import CommandFailed

MODULE_PIXELS = 6
BLUR_PIXELS = 1.5

_SIZE = re.compile(r'viewBox="0 0 (\d+) \d+"')
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def read_svg(svg: str) -> str:
    """The text in a symbol, as a camera reads it from paper or a screen."""
    with _painted(svg).filter(ImageFilter.GaussianBlur(BLUR_PIXELS)) as seen:
        found = zxingcpp.read_barcodes(seen)
    if len(found) != 1:
        raise CommandFailed(f"a symbol of the demo shows {len(found)} codes to the reader")
    return found[0].text


def _painted(svg: str) -> Image.Image:
    size = _SIZE.search(svg)
    if size is None:
        raise CommandFailed("a symbol of the demo has no size")
    width = int(size[1]) * MODULE_PIXELS
    image = Image.new("L", (width, width), 255)
    brush = ImageDraw.Draw(image)
    for run in _RUN.finditer(svg):
        x, y, length = (int(number) * MODULE_PIXELS for number in run.groups())
        brush.rectangle((x, y, x + length - 1, y + MODULE_PIXELS - 1), fill=0)
    return image
