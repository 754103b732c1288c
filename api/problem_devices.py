"""Rows of the one table (`api.problem_table`): devices that sign, who works at them, and PINs."""

from __future__ import annotations

from api.problem_row import Row

_ADD_ANEW = "Let whoever is in charge add the device anew."

DEVICES = {
    "bad_device_key": Row(422, "This is no key that a browser makes", "Send an ECDSA key on P-256, as SPKI in base64url."),
    "device_key_taken": Row(409, "The device has its key already", _ADD_ANEW),
    "unknown_device_key": Row(404, "No such key", "Let the browser make a new key, or add the device anew."),
    "device_unsigned": Row(
        403, "The device did not sign this", "Use the browser in which the device was opened, with its scripts."
    ),
    "device_signature_wrong": Row(403, "The signature is not the device's", _ADD_ANEW),
    "device_clock_wrong": Row(
        409, "The device's clock is wrong", "Set the clock: it is `minutes` minutes off, of which `minutes_max` pass."
    ),
    "device_replayed": Row(409, "This was sent before", "Open the page again and look whether it is done."),
    "unknown_device": Row(404, "No such device", "Look it up in the list of devices in use."),
    "device_adds_none": Row(403, "A person does this, not a device", "Sign in on your own phone."),
    "not_a_device": Row(409, "This is no device at a counter", "Add the device first, and open it there."),
    "operator_needed": Row(403, "Nobody works at the device", "Choose who works at it, with their PIN."),
    "operator_refused": Row(
        403, "The PIN does not open this", "Try again: `attempts_left` tries are left; set a new PIN if it is lost."
    ),
    "pins_differ": Row(422, "The PIN was typed in two ways", "Type the same digits twice."),
    "pin_too_weak": Row(422, "The PIN is too easy", "Choose `length_min` to `length_max` digits, not all alike and no run."),
    "card_pin_needed": Row(
        403, "Above the limit a card pays with its PIN", "Let the holder type the PIN: `limit` a day passes without."
    ),
    "card_pin_at_device": Row(
        403, "Above the limit a card pays at a till with a key alone", "Take at most `limit` a day, or read a pay code."
    ),
    "card_pin_not_set": Row(409, "The card has no PIN", "Let the holder set one at the desk, or show a pay code."),
    "card_pin_wrong": Row(403, "The PIN is wrong", "Let the holder try again: `attempts_left` tries are left."),
    "card_limit_past": Row(422, "A limit holds from today on", "Name a day not before `earliest`."),
    "card_limit_set": Row(409, "A limit from that day is set already", "Name another day."),
}
