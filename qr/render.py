"""Symbols: an address becomes a QR code as SVG or PNG.

Promises the smallest symbol at error correction Q (a quarter of it may be dirty or torn) with the quiet zone that readers need.
What is not in QR's 45 characters goes into a first segment, all the rest into a second at 5.5 bits a character.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape

import qrcode
from PIL import Image

QUIET_ZONE_MODULES = 4  # ISO/IEC 18004 §9.1
SYMBOL_CHARACTERS_MAX = 512
MODULE_PIXELS_MAX = 64

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@dataclass(frozen=True)
class Symbol:
    """A QR symbol: its version (1 to 40) and its modules by row, True where dark, without the quiet zone."""

    version: int
    modules: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """Modules on one side, without the quiet zone."""
        return len(self.modules)

    @property
    def full_size(self) -> int:
        """Modules on one side, with the quiet zone."""
        return self.size + 2 * QUIET_ZONE_MODULES


def symbol(text: str) -> Symbol:
    """The smallest symbol at level Q for `text`: ASCII, at most 512 characters; anything else is a fault (ValueError)."""
    if not text.isascii() or not 0 < len(text) <= SYMBOL_CHARACTERS_MAX:
        raise ValueError(f"a symbol holds 1 to {SYMBOL_CHARACTERS_MAX} ASCII characters")
    head = text.rstrip(_ALPHANUMERIC)
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
    for segment in filter(None, (head, text[len(head) :])):
        code.add_data(segment, optimize=0)  # one segment, in the tightest mode that holds all of it
    code.make(fit=True)
    return Symbol(version=code.version, modules=tuple(tuple(bool(dark) for dark in row) for row in code.modules))


def svg(drawn: Symbol, title: str) -> str:
    """`drawn` as an SVG element that fills the width it is given: one path on white, with `title` for those who do not see it."""
    full = drawn.full_size
    path = "".join(_runs(row, y) for y, row in enumerate(drawn.modules, start=QUIET_ZONE_MODULES))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full} {full}" role="img" shape-rendering="crispEdges">'
        f'<title>{escape(title)}</title><rect width="{full}" height="{full}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )


def png(drawn: Symbol, module_pixels: int = 8) -> bytes:
    """`drawn` as a PNG of one bit a pixel, black on white, `module_pixels` (1 to 64) for a module."""
    if not 1 <= module_pixels <= MODULE_PIXELS_MAX:
        raise ValueError(f"a module is 1 to {MODULE_PIXELS_MAX} pixels wide, not {module_pixels}")
    width = drawn.full_size * module_pixels
    image = Image.new("1", (width, width), 1)
    for y, row in enumerate(drawn.modules, start=QUIET_ZONE_MODULES):
        for x, dark in enumerate(row, start=QUIET_ZONE_MODULES):
            if dark:
                image.paste(0, (x * module_pixels, y * module_pixels, (x + 1) * module_pixels, (y + 1) * module_pixels))
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _runs(row: tuple[bool, ...], y: int) -> str:
    """The dark runs of a row as rectangles one module high."""
    path, start = "", 0
    while start < len(row):
        end = start
        while end < len(row) and row[end] == row[start]:
            end += 1
        if row[start]:
            path += f"M{start + QUIET_ZONE_MODULES} {y}h{end - start}v1h-{end - start}z"
        start = end
    return path
