"""What passkeys are refused with, for `api.problem_table`."""

from __future__ import annotations

from api.problem_row import Row

PASSKEYS = {
    "passkey_refused": Row(403, "The passkey opens nothing", "Try again, or sign in another way."),
    "passkey_too_late": Row(409, "The passkey was shown too late", "Begin again, and answer within `minutes_max` minutes."),
    "passkey_unverified": Row(403, "The device did not ask who it is", "Set up a PIN, a finger or a face on it, and try again."),
    "passkey_copied": Row(403, "The passkey was copied", "Sign in another way, and look where you are signed in."),
    "passkey_known": Row(409, "The passkey is kept already", "Nothing to do: it can be used."),
    "too_many_passkeys": Row(409, "There are too many passkeys", "Take one away: there can be `count_max`."),
    "unknown_passkey": Row(404, "No such passkey", "Look it up in the list of your own."),
    "last_proof": Row(409, "It is the last proof", "Set a password and a code app, or make another passkey, first."),
}
