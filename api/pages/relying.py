"""For whom passkeys are made: the domain and origin of the service's public address, or this machine itself.

A browser makes and shows a passkey on pages of its own domain alone, and an address of digits is no domain. Who tries the service on
the machine that it runs on therefore opens it as `localhost`; such a passkey is good there and nowhere else.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from api.pages.door import PageDoor
from community.ceremony import Asking, Party

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_DEFAULT_PORTS = {"https": 443, "http": 80}


def party(public_url: str, host: str) -> Party:
    """The party for a page that was asked for at `host`."""
    told = urlsplit(f"//{host}")
    if told.hostname in _HERE:
        return Party("localhost", f"http://localhost{f':{told.port}' if told.port else ''}")
    url = urlsplit(public_url.lower())
    name = url.hostname or ""
    port = "" if url.port in {None, _DEFAULT_PORTS.get(url.scheme)} else f":{url.port}"
    return Party(name, f"{url.scheme}://{name}{port}")


def party_of(door: PageDoor) -> Party:
    """The party of the page that is asked for."""
    return party(door.context.public_url, door.request.headers.get("host", ""))


def asking(door: PageDoor, purpose: str) -> Asking:
    """What a question of this page is for; what is asked of somebody signed in is for their session alone."""
    session = f" {door.session.session_id}" if door.session is not None and purpose != SIGN_IN else ""
    return Asking(master=door.context.master, party=party_of(door), purpose=f"{purpose}{session}")


SIGN_IN, STEP_UP, REGISTER = "sign_in", "step_up", "register"
