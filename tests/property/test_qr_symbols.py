"""Any code, held at any angle, small and a little out of focus, is read by an independent reader."""

from __future__ import annotations

import io

import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from qr import base32, render, tokens
from qr.tokens import Kind

codes = st.sampled_from(Kind).flatmap(
    lambda kind: st.text(st.sampled_from(base32.ALPHABET), min_size=tokens.SYMBOLS[kind], max_size=tokens.SYMBOLS[kind]).map(
        lambda text: tokens.address("https://YUI.EXAMPLE.JP", kind, text)
    )
)


@settings(max_examples=60, deadline=None)
@given(
    said=codes,
    pixels=st.integers(110, 400),
    degrees=st.integers(0, 359),
    blur_modules=st.floats(0, 0.3),
    dark=st.integers(0, 90),
    light=st.integers(150, 255),
)
def test_any_symbol_is_read_back(said: str, pixels: int, degrees: int, blur_modules: float, dark: int, light: int) -> None:
    drawn = render.symbol(said)
    image = Image.open(io.BytesIO(render.png(drawn))).convert("L").resize((pixels, pixels), Image.Resampling.LANCZOS)
    image = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(blur_modules * pixels / drawn.full_size))
    image = image.point([dark + (light - dark) * level // 255 for level in range(256)])
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [said]
