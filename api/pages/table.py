"""Every page that is served, and how: one router, whose answers are pages also where something is refused."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from api.pages import (
    annual,
    audit,
    audit_tests,
    card_pins,
    desk_entrance,
    desk_person,
    desk_proxies,
    devices,
    door,
    failures,
    group,
    host_devices,
    landing,
    openid,
    openings,
    operators,
    passbook,
    passkeys,
    proxies,
    public,
    sign_in,
    staff,
    till,
)
from api.pages import host_table as host
from api.pages import member_table as member
from api.pages import office_table as office


def router() -> Router:
    """The pages."""
    return Router(
        "/",
        route_handlers=[
            *public.HANDLERS,
            *sign_in.HANDLERS,
            *staff.HANDLERS,
            *passkeys.HANDLERS,
            *openid.HANDLERS,
            *devices.HANDLERS,
            *openings.HANDLERS,
            *desk_entrance.HANDLERS,
            *desk_person.HANDLERS,
            *desk_proxies.HANDLERS,
            *proxies.HANDLERS,
            *passbook.HANDLERS,
            *landing.HANDLERS,
            *member.HANDLERS,
            *office.HANDLERS,
            *host.HANDLERS,
            *host_devices.HANDLERS,
            *operators.HANDLERS,
            *card_pins.HANDLERS,
            *till.HANDLERS,
            *group.HANDLERS,
            *annual.HANDLERS,
            *audit.HANDLERS,
            *audit_tests.HANDLERS,
        ],
        dependencies={"door": Provide(door.provide_page_door)},
        exception_handlers=failures.HANDLERS,
    )
