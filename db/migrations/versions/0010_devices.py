"""Devices with a key of their own: what they sign, who works at them, and PINs.

A key that ended stays on record, as do the requests that it signed, who was chosen to work at a device, and every PIN by its hash.
The guards are in community/sql/40_devices.sql, activities/sql/40_operators.sql and wallets/sql/60_pins.sql.
"""

from alembic import op

from db import ddl

revision = "0010"
down_revision = "0009"

KEYS = """
create table community.device (
    municipality_id int not null,
    principal_id uuid not null,
    enrolled_by uuid not null,
    enrolled_at timestamptz not null,
    constraint device_pkey primary key (municipality_id, principal_id),
    constraint device_principal foreign key (municipality_id, principal_id) references community.principal,
    constraint device_enroller foreign key (municipality_id, enrolled_by) references community.principal
);

create table community.device_key (
    municipality_id int not null,
    key_id uuid not null,
    principal_id uuid not null,
    public_key bytea not null check (length(public_key) = 91),
    session_id uuid not null,
    made_at timestamptz not null,
    constraint device_key_pkey primary key (municipality_id, key_id),
    constraint device_key_once unique (municipality_id, principal_id, public_key),
    constraint device_key_principal foreign key (municipality_id, principal_id) references community.principal,
    constraint device_key_session foreign key (municipality_id, session_id) references community.session
);

create table community.device_key_end (
    municipality_id int not null,
    key_id uuid not null,
    ended_at timestamptz not null,
    ended_by uuid,
    why text not null check (why ~ '^[a-z_]{3,32}$'),
    constraint device_key_end_pkey primary key (municipality_id, key_id),
    constraint device_key_end_key foreign key (municipality_id, key_id) references community.device_key
);

create table community.device_request (
    municipality_id int not null,
    key_id uuid not null,
    nonce uuid not null,
    message text not null check (length(message) <= 1000),
    signature bytea not null check (length(signature) = 64),
    received_at timestamptz not null,
    constraint device_request_once primary key (municipality_id, key_id, nonce),
    constraint device_request_key foreign key (municipality_id, key_id) references community.device_key
);
"""

SHIFTS = """
create table community.operator_pin (
    municipality_id int not null,
    pin_id uuid not null,
    principal_id uuid not null,
    pin text not null check (pin like '$argon2id$%' and length(pin) <= 256),
    set_at timestamptz not null,
    constraint operator_pin_pkey primary key (municipality_id, pin_id),
    constraint operator_pin_principal foreign key (municipality_id, principal_id) references community.principal
);
create index operator_pin_of on community.operator_pin (municipality_id, principal_id, set_at);

create table community.shift (
    municipality_id int not null,
    shift_id uuid not null,
    device_id uuid not null,
    operator_id uuid not null,
    pin_id uuid not null,
    started_at timestamptz not null,
    constraint shift_pkey primary key (municipality_id, shift_id),
    constraint shift_device foreign key (municipality_id, device_id) references community.device,
    constraint shift_operator foreign key (municipality_id, operator_id) references community.principal,
    constraint shift_pin foreign key (municipality_id, pin_id) references community.operator_pin
);
create index shift_of_device on community.shift (municipality_id, device_id, started_at);

create table community.shift_seen (
    municipality_id int not null,
    shift_id uuid not null,
    seen_at timestamptz not null,
    constraint shift_seen_pkey primary key (municipality_id, shift_id),
    constraint shift_seen_shift foreign key (municipality_id, shift_id) references community.shift
) with (fillfactor = 70);

create table community.shift_end (
    municipality_id int not null,
    shift_id uuid not null,
    ended_at timestamptz not null,
    constraint shift_end_pkey primary key (municipality_id, shift_id),
    constraint shift_end_shift foreign key (municipality_id, shift_id) references community.shift
);

create table activities.scan_operator (
    municipality_id int not null,
    scan_id uuid not null,
    shift_id uuid not null,
    constraint scan_operator_pkey primary key (municipality_id, scan_id),
    constraint scan_operator_scan foreign key (municipality_id, scan_id) references activities.scan,
    constraint scan_operator_shift foreign key (municipality_id, shift_id) references community.shift
);

create table wallets.redemption_operator (
    municipality_id int not null,
    redemption_id uuid not null,
    shift_id uuid not null,
    constraint redemption_operator_pkey primary key (municipality_id, redemption_id),
    constraint redemption_operator_redemption foreign key (municipality_id, redemption_id) references wallets.redemption,
    constraint redemption_operator_shift foreign key (municipality_id, shift_id) references community.shift
);

create table wallets.undo_operator (
    municipality_id int not null,
    redemption_id uuid not null,
    shift_id uuid not null,
    constraint undo_operator_pkey primary key (municipality_id, redemption_id),
    constraint undo_operator_undo foreign key (municipality_id, redemption_id) references wallets.undo,
    constraint undo_operator_shift foreign key (municipality_id, shift_id) references community.shift
);
"""

PINS = """
create table community.card_pin (
    municipality_id int not null,
    pin_id uuid not null,
    member_id uuid not null,
    pin text not null check (pin like '$argon2id$%' and length(pin) <= 256),
    set_at timestamptz not null,
    set_by uuid not null,
    constraint card_pin_pkey primary key (municipality_id, pin_id),
    constraint card_pin_member foreign key (municipality_id, member_id) references community.member,
    constraint card_pin_principal foreign key (municipality_id, set_by) references community.principal
);
create index card_pin_of on community.card_pin (municipality_id, member_id, set_at);

create table wallets.card_limit (
    municipality_id int not null,
    limit_id uuid not null,
    amount bigint not null check (amount >= 0),
    in_force_from timestamptz not null,
    set_at timestamptz not null,
    set_by uuid not null,
    reason text not null check (length(reason) <= 200),
    constraint card_limit_pkey primary key (municipality_id, limit_id),
    constraint card_limit_from_now_on check (in_force_from >= set_at),
    constraint card_limit_dated unique (municipality_id, in_force_from),
    constraint card_limit_principal foreign key (municipality_id, set_by) references community.principal
);

create table wallets.redemption_pin (
    municipality_id int not null,
    redemption_id uuid not null,
    pin_id uuid not null,
    key_id uuid not null,
    given_at timestamptz not null,
    constraint redemption_pin_pkey primary key (municipality_id, redemption_id),
    constraint redemption_pin_redemption foreign key (municipality_id, redemption_id) references wallets.redemption,
    constraint redemption_pin_pin foreign key (municipality_id, pin_id) references community.card_pin,
    constraint redemption_pin_key foreign key (municipality_id, key_id) references community.device_key
);
"""

KEPT = (
    "community.device",
    "community.device_key",
    "community.device_key_end",
    "community.device_request",
    "community.operator_pin",
    "community.shift",
    "community.shift_end",
    "community.card_pin",
    "activities.scan_operator",
    "wallets.redemption_operator",
    "wallets.undo_operator",
    "wallets.card_limit",
    "wallets.redemption_pin",
)
MOVING = ("community.shift_seen",)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), KEYS + SHIFTS + PINS + ddl.append_only(*KEPT) + ddl.walls(*KEPT, *MOVING))
