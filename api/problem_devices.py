"""Rows of the one table (`api.problem_table`): devices that sign, who works at them, and PINs."""

from __future__ import annotations

from api.problem_row import Row

DEVICES = {
    "bad_device_key": Row(422, "This is no key that a browser makes", "Send an ECDSA key on P-256, as SPKI in base64url."),
    "device_key_taken": Row(409, "The device has its key already", "Add the device anew if its key is lost."),
    "unknown_device_key": Row(404, "No such key", "Let the browser make a new key, or add the device anew."),
}
