"""What somebody holds before the camera of their phone: a real symbol in real pictures of a camera, changed while the page looks.

await held.camera(page)             # before the first page: this phone has a camera, and is allowed to use it
await held.used(page)               # the scanner was used on this phone before
await held.before(page, symbol)     # the symbol is held up until the page is left
Where the camera's own opening or the time until it counts matters, tests/support/clips.py plays it to the browser instead.
"""

from __future__ import annotations

import base64
import io

from playwright.async_api import Page, expect

from tests.support import clips

_CAMERA = """
const paper = Object.assign(document.createElement("canvas"), { width: 640, height: 480 }), pen = paper.getContext("2d");
let held = null;
const draw = () => {
    pen.fillStyle = "rgb(96, 104, 112)";
    pen.fillRect(0, 0, 640, 480);
    if (held) pen.drawImage(held, 0, 0);
};
window.hold = async (address) => {
    held = Object.assign(new Image(), { src: address });
    await held.decode();
};
navigator.mediaDevices.getUserMedia = async () => {
    setInterval(draw, 33);
    return paper.captureStream(30);
};
"""
WIDE = 640


async def camera(page: Page) -> None:
    """Gives the phone a camera, before which nothing is held yet."""
    await page.add_init_script(_CAMERA)


async def used(page: Page) -> None:
    """The phone's owner has scanned before, and allowed it."""
    await page.goto("/scan")
    await _looks(page)


async def before(page: Page, symbol: str) -> None:
    """Holds a symbol before the camera, once the page looks through it."""
    await _looks(page)
    written = io.BytesIO()
    clips.showing(symbol).save(written, "PNG")
    await page.evaluate("address => hold(address)", f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}")


async def _looks(page: Page) -> None:
    """Returns when the page looks through the camera. Asked from outside: what a test asks again and again within is refused by CSP."""
    video = page.locator(".scanner video")
    await expect(video).to_have_js_property("videoWidth", WIDE)
    await expect(video).to_have_js_property("paused", False)
