"""Rendered symbols, read back by zxing-cpp, which shares no code with what draws them."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from qr import keys, render, tokens
from qr.tokens import Kind

PUBLIC_URL = "https://YUI.EXAMPLE.JP"
TOWN = keys.of_municipality(b"a master secret of 32 bytes or more", 131016)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
VERSIONS = {Kind.CARD: 3, Kind.VENUE: 4, Kind.POSTER: 3, Kind.PAY_CODE: 3}
SVG = "{http://www.w3.org/2000/svg}"


def token_text(kind: Kind, number: int) -> str:
    if kind is Kind.VENUE:
        return tokens.mint_venue(number * 7_919, TOWN, NOW)
    return tokens.new_card(hashlib.sha256(f"{kind} {number}".encode()).digest()[:10]).text


def address(kind: Kind, number: int = 0) -> str:
    return tokens.address(PUBLIC_URL, kind, token_text(kind, number))


def decoded(image: Image.Image) -> str | None:
    found = zxingcpp.read_barcodes(image)
    return found[0].text if len(found) == 1 else None


def picture(drawn: render.Symbol) -> Image.Image:
    return Image.open(io.BytesIO(render.png(drawn))).convert("L")


def wide(image: Image.Image, pixels: int) -> Image.Image:
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def rotated(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def faded(image: Image.Image, dark: int, light: int) -> Image.Image:
    return image.point([dark + (light - dark) * level // 255 for level in range(256)])


def torn(image: Image.Image) -> Image.Image:
    """A white scratch through the middle, two modules high."""
    spoiled = image.copy()
    middle = image.height // 2
    spoiled.paste(255, (image.width // 3, middle, image.width * 2 // 3, middle + 16))
    return spoiled


DAMAGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda image: image,
    "one pixel more": lambda image: ImageOps.expand(image, 1, 255),
    "blurred": lambda image: blurred(image, 3),
    "turned 7": lambda image: rotated(image, 7),
    "turned 33": lambda image: rotated(image, 33),
    "turned 90": lambda image: rotated(image, 90),
    "turned 141": lambda image: rotated(image, 141),
    "upside down": lambda image: rotated(image, 180),
    "turned 285": lambda image: rotated(image, 285),
    "110 pixels": lambda image: wide(image, 110),
    "110 pixels, blurred": lambda image: blurred(wide(image, 110), 1.2),
    "110 pixels, turned": lambda image: rotated(wide(image, 110), 10),
    "faded": lambda image: faded(image, 150, 190),
    "dark room": lambda image: faded(image, 10, 45),
    "inverted": ImageOps.invert,
    "torn": torn,
    "faded, blurred, turned": lambda image: rotated(blurred(faded(image, 110, 200), 3), 20),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_an_independent_reader_reads_every_symbol(kind: Kind, damage: str) -> None:
    for number in range(3):
        said = address(kind, number)
        assert decoded(DAMAGES[damage](picture(render.symbol(said)))) == said


def test_the_reader_can_fail() -> None:
    image = picture(render.symbol(address(Kind.CARD)))
    assert decoded(blurred(image, 20)) is None
    assert decoded(wide(image, 30)) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_symbols_stay_small(kind: Kind) -> None:
    for number in range(20):
        drawn = render.symbol(address(kind, number))
        assert drawn.version == VERSIONS[kind]
        assert drawn.size == drawn.full_size - 8 == 17 + 4 * drawn.version


def test_the_longest_host_that_keeps_the_version_is_known() -> None:
    def version(kind: Kind, host_length: int) -> int:
        return render.symbol(tokens.address("https://" + "A" * host_length, kind, "Z" * tokens.SYMBOLS[kind])).version

    assert [version(Kind.CARD, length) for length in (15, 16, 36, 37)] == [3, 4, 4, 5]
    assert [version(Kind.VENUE, length) for length in (24, 25)] == [4, 5]


def test_lower_case_costs_a_version() -> None:
    said = address(Kind.CARD)
    assert render.symbol(said.lower()).version > render.symbol(said).version


def test_the_level_is_q() -> None:
    found = zxingcpp.read_barcodes(picture(render.symbol(address(Kind.CARD))))
    assert [symbol.ec_level for symbol in found] == ["Q"]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_svg_draws_the_same_modules(kind: Kind) -> None:
    said = address(kind)
    drawn = render.symbol(said)
    root = ET.fromstring(render.svg(drawn, '札 <1> & "2"'))
    assert root.attrib["viewBox"] == f"0 0 {drawn.full_size} {drawn.full_size}"
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == '札 <1> & "2"'
    assert [element.tag for element in root] == [f"{SVG}title", f"{SVG}rect", f"{SVG}path"]
    bitmap = painted(root.find(f"{SVG}path").attrib["d"], drawn.full_size)  # pyright: ignore[reportOptionalMemberAccess]
    inner = tuple(tuple(bitmap.getpixel((x + 4, y + 4)) == 0 for x in range(drawn.size)) for y in range(drawn.size))
    assert inner == drawn.modules
    assert decoded(bitmap.resize((drawn.full_size * 4, drawn.full_size * 4), Image.Resampling.NEAREST)) == said


def painted(path: str, size: int) -> Image.Image:
    """The path's rectangles as a bitmap, a pixel for a module; anything but such rectangles fails."""
    image = Image.new("L", (size, size), 255)
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path):
        assert width == back
        image.paste(0, (int(x), int(y), int(x) + int(width), int(y) + 1))
    return image


def test_the_svg_asks_nothing_of_elsewhere() -> None:
    written = render.svg(render.symbol(address(Kind.CARD)), "カード")
    assert re.findall(r"https?://[^\"]+", written) == ["http://www.w3.org/2000/svg"]
    assert "href" not in written
    assert "url(" not in written


@pytest.mark.parametrize("module_pixels", [1, 3, 10])
def test_the_png_has_its_quiet_zone(module_pixels: int) -> None:
    drawn = render.symbol(address(Kind.CARD))
    image = Image.open(io.BytesIO(render.png(drawn, module_pixels)))
    assert (image.mode, image.size) == ("1", (drawn.full_size * module_pixels,) * 2)
    dark = ImageOps.invert(image.convert("L")).getbbox()
    assert dark == (4 * module_pixels, 4 * module_pixels, (4 + drawn.size) * module_pixels, (4 + drawn.size) * module_pixels)


@pytest.mark.parametrize("module_pixels", [0, -1, 65])
def test_modules_of_another_width_are_a_fault(module_pixels: int) -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        render.png(render.symbol("A"), module_pixels)


@pytest.mark.parametrize("text", ["", "A" * 513, "結"])
def test_a_text_that_a_symbol_does_not_hold_is_a_fault(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        render.symbol(text)
