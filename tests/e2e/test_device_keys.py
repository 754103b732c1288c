"""Keys that browsers register: kept once for whoever is signed in, checked, ended."""

from __future__ import annotations

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import device_keys
from community.device_refusals import UnknownDeviceKey
from db.transact import read, transact
from tests.support import browsing, http, unchanged
from tests.support.browsing import Browser
from tests.support.device_browser import Key, spelled
from tests.support.towns import TOWN


async def registered(browser: Browser, key: Key, on: str = "/host") -> UUID:
    answer = await browser.send("/device/key", on=on, public_key=spelled(key.spki))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["key_id"])


async def test_the_browser_of_a_host_registers_its_key_and_what_it_signs_is_known(service: http.Service) -> None:
    host, key = await browsing.signed_in(service, "host"), Key.new()
    key_id = await registered(host, key)
    assert await registered(host, key) == key_id, "sent twice, kept once"
    kept = await read(service.engine, TOWN, lambda conn: device_keys.find(conn, key_id))
    assert host.caller is not None
    assert (kept.principal_id, kept.public_key) == (host.caller.principal_id, key.spki)
    signature = key.sign(b"a scan")
    assert device_keys.verify(kept, b"a scan", signature)
    assert not device_keys.verify(kept, b"another scan", signature)
    assert not device_keys.verify(kept, b"a scan", Key.new().sign(b"a scan"))
    assert not device_keys.verify(kept, b"a scan", signature[:-1])
    assert not device_keys.verify(kept, b"a scan", bytes(64))


async def test_a_key_that_ended_is_found_with_its_end_and_does_not_come_back(service: http.Service) -> None:
    host, key = await browsing.signed_in(service, "host"), Key.new()
    key_id, now = await registered(host, key), service.clock.now()
    assert host.caller is not None
    who = host.caller.principal_id

    async def ended(conn: AsyncConnection) -> int:
        return await device_keys.end(conn, who, ended_by=who, why="lost", now=now)

    assert await transact(service.engine, TOWN, ended) == 1
    kept = await read(service.engine, TOWN, lambda conn: device_keys.find(conn, key_id))
    assert kept.ended_at == now
    assert not kept.stands(now)
    again = await host.send("/device/key", on="/host", public_key=spelled(key.spki))
    assert (again.status_code, unchanged.code_of(again)) == (404, "unknown_device_key")
    with pytest.raises(UnknownDeviceKey):
        await read(service.engine, TOWN, lambda conn: device_keys.find(conn, UUID(int=7)))


@pytest.mark.parametrize(
    "public_key",
    ["", "nonsense", "@@@@", spelled(b"\x30\x59" + bytes(89)), "AAAA" * 400],
    ids=["empty", "word", "signs", "zeros", "long"],
)
async def test_what_is_no_key_is_refused(service: http.Service, public_key: str) -> None:
    host = await browsing.signed_in(service, "host")
    answer = await host.send("/device/key", on="/host", public_key=public_key)
    assert answer.status_code in {400, 422}, answer.text


async def test_a_key_on_another_curve_is_refused(service: http.Service) -> None:
    host, other = await browsing.signed_in(service, "host"), Key(ec.generate_private_key(ec.SECP384R1()))
    answer = await host.send("/device/key", on="/host", public_key=spelled(other.spki))
    assert answer.status_code == 422, answer.text
