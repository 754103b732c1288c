"""Symbols as cameras see them: what the service draws is read again by an independent reader."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, ImageFilter

from cli.plainly import CommandFailed


def read_png(png: bytes, *, blur: float = 0.0) -> str:
    """The text in a symbol, as a camera a little out of focus (`blur`, in pixels) reads it."""
    with Image.open(io.BytesIO(png)) as image:
        seen = image.convert("L")
        if blur:
            seen = seen.filter(ImageFilter.GaussianBlur(blur))
        found = zxingcpp.read_barcodes(seen)
    if len(found) != 1:
        raise CommandFailed(f"a symbol of the demo shows {len(found)} codes to the reader")
    return found[0].text
