"""What an independent reader finds in the symbol of a page."""

from __future__ import annotations

import re

import zxingcpp
from PIL import Image

PIXELS = 6  # of a module


def scanned(page: str) -> str:
    """The text of the one symbol of a page, drawn anew from its path."""
    (path,) = re.findall(r'fill="#000" d="([^"]+)"', page)
    (size,) = re.findall(r'viewBox="0 0 (\d+) \d+"', page)[-1:]
    image = Image.new("L", (int(size), int(size)), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)", path):
        for offset in range(int(width)):
            image.putpixel((int(x) + offset, int(y)), 0)
    (found,) = zxingcpp.read_barcodes(image.resize((int(size) * PIXELS, int(size) * PIXELS), Image.Resampling.NEAREST))
    return found.text
