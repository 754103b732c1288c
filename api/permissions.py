"""Which abilities of a browser a page may use: none, but those it says. Frames get none either; there are no frames."""

from __future__ import annotations

ABILITIES = (
    "camera",
    "geolocation",
    "microphone",
    "accelerometer",
    "bluetooth",
    "display-capture",
    "gyroscope",
    "hid",
    "midi",
    "payment",
    "serial",
    "usb",
)
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
"""For our own pages everywhere: where a passkey is asked for, its form says."""


def policy(*allowed: str) -> str:
    """The header Permissions-Policy of a page that uses `allowed`."""
    unknown = set(allowed) - set(ABILITIES)
    if unknown:
        raise ValueError(f"no abilities: {', '.join(sorted(unknown))}")
    told = [f"{name}=({'self' if name in allowed else ''})" for name in ABILITIES]
    return ", ".join([*told, *(f"{name}=(self)" for name in PASSKEYS)])
