"""Scans that were kept on a device without signal: what came in, and what could not be counted.

A link is one record of a device's queue, in the order in which the device made it: what was signed can be checked for ever, though the
record itself, which holds the secret of a card, is not kept. A conflict is a record that did not count; its settlement says what became
of it, and by whose word. A retraction takes one scan back before the slot is closed. The guards are in activities/sql/25_offline.sql.
"""

from alembic import op

from db import ddl

revision = "0011"
down_revision = "0010"

OFFLINE = """
create table activities.queue_link (
    municipality_id int not null,
    key_id uuid not null,
    slot_id uuid not null,
    number int not null check (number >= 1),
    record_id uuid not null,
    record_sha256 bytea not null check (length(record_sha256) = 32),
    before bytea not null check (length(before) = 32),
    hash bytea not null check (length(hash) = 32),
    signature bytea not null check (length(signature) between 8 and 128),
    held boolean not null,
    roster_sha256 bytea check (length(roster_sha256) = 32),
    received_at timestamptz not null,
    received_by uuid not null,
    constraint queue_link_pkey primary key (municipality_id, key_id, slot_id, number),
    constraint queue_link_key foreign key (municipality_id, key_id) references community.device_key,
    constraint queue_link_slot foreign key (municipality_id, slot_id) references activities.slot
);
create index queue_link_of_record on activities.queue_link (municipality_id, record_id);

create table activities.scan_conflict (
    municipality_id int not null,
    conflict_id uuid not null,
    slot_id uuid not null,
    scan_id uuid not null,
    method text not null check (method in ('card', 'manual', 'retract')),
    member_id uuid,
    occurred_at timestamptz not null,
    code text not null check (code ~ '^[a-z_]{3,64}$'),
    facts jsonb not null,
    key_id uuid not null,
    number int not null,
    received_at timestamptz not null,
    received_by uuid not null,
    constraint scan_conflict_pkey primary key (municipality_id, conflict_id),
    constraint conflict_of_scan_once unique (municipality_id, scan_id),
    constraint scan_conflict_slot foreign key (municipality_id, slot_id) references activities.slot,
    constraint scan_conflict_member foreign key (municipality_id, member_id) references community.member
);
create index scan_conflict_of_slot on activities.scan_conflict (municipality_id, slot_id, received_at);

create table activities.conflict_settlement (
    municipality_id int not null,
    conflict_id uuid not null,
    how text not null check (how in ('entered', 'set_aside')),
    member_id uuid,
    reason text not null check (length(reason) between 1 and 200),
    settled_at timestamptz not null,
    settled_by uuid not null,
    constraint conflict_settled_once primary key (municipality_id, conflict_id),
    constraint conflict_settlement_conflict foreign key (municipality_id, conflict_id) references activities.scan_conflict,
    constraint conflict_settlement_member foreign key (municipality_id, member_id) references community.member,
    constraint entered_names_a_member check ((how = 'entered') = (member_id is not null))
);

create table activities.scan_retraction (
    municipality_id int not null,
    scan_id uuid not null,
    reason text not null check (length(reason) between 1 and 200),
    retracted_at timestamptz not null,
    retracted_by uuid not null,
    constraint retracted_once primary key (municipality_id, scan_id),
    constraint scan_retraction_scan foreign key (municipality_id, scan_id) references activities.scan
);
"""

TABLES = (
    "activities.queue_link",
    "activities.scan_conflict",
    "activities.conflict_settlement",
    "activities.scan_retraction",
)


def upgrade() -> None:
    """Makes the four tables; nothing in them is ever changed."""
    ddl.run_script(op.get_bind(), OFFLINE + ddl.append_only(*TABLES) + ddl.walls(*TABLES))
