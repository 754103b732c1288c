"""Deeds: offers, needs and matches; activities, slots and bookings; scans, attendances and their sign-off. All append-only:
what changes is a further row that names the first."""

from alembic import op

from db import ddl

revision = "0004"
down_revision = "0003"

DEEDS = """
create schema activities;

create table activities.activity (
    municipality_id int not null,
    activity_id uuid not null,
    organisation_id uuid not null,
    kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    title text not null check (length(title) <= 80),
    place text not null check (length(place) <= 80),
    created_at timestamptz not null,
    created_by uuid not null,
    constraint activity_pkey primary key (municipality_id, activity_id),
    constraint activity_organisation foreign key (municipality_id, organisation_id) references community.organisation
);

create table activities.slot (
    municipality_id int not null,
    slot_id uuid not null,
    activity_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    capacity int not null check (capacity between 1 and 10000),
    venue_number bigint not null check (venue_number >= 0 and venue_number < 1099511627776),
    created_at timestamptz not null,
    created_by uuid not null,
    constraint slot_pkey primary key (municipality_id, slot_id),
    constraint venue_number_once unique (municipality_id, venue_number),
    constraint slot_activity foreign key (municipality_id, activity_id) references activities.activity,
    constraint slot_length check (ends_at > starts_at and ends_at <= starts_at + interval '24 hours')
);
create index slot_starts on activities.slot (municipality_id, starts_at, slot_id);
create index slot_of_activity on activities.slot (municipality_id, activity_id);

create table activities.slot_close (
    municipality_id int not null,
    slot_id uuid not null,
    closed_at timestamptz not null,
    closed_by uuid not null,
    constraint slot_closed_once primary key (municipality_id, slot_id),
    constraint slot_close_slot foreign key (municipality_id, slot_id) references activities.slot
);

create table activities.booking (
    municipality_id int not null,
    booking_id uuid not null,
    slot_id uuid not null,
    member_id uuid not null,
    role text not null check (role in ('helper', 'receiver')),
    booked_at timestamptz not null,
    booked_by uuid not null,
    constraint booking_pkey primary key (municipality_id, booking_id),
    constraint booking_slot foreign key (municipality_id, slot_id) references activities.slot,
    constraint booking_member foreign key (municipality_id, member_id) references community.member
);
create index booking_of_slot on activities.booking (municipality_id, slot_id, member_id);
create index booking_of_member on activities.booking (municipality_id, member_id);

create table activities.booking_cancel (
    municipality_id int not null,
    booking_id uuid not null,
    cancelled_at timestamptz not null,
    cancelled_by uuid not null,
    constraint cancelled_once primary key (municipality_id, booking_id),
    constraint booking_cancel_booking foreign key (municipality_id, booking_id) references activities.booking
);

create table activities.offer (
    municipality_id int not null,
    offer_id uuid not null,
    member_id uuid not null,
    kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    note text check (length(note) <= 1000),
    weekdays smallint[] not null default '{}',
    offered_at timestamptz not null,
    offered_by uuid not null,
    constraint offer_pkey primary key (municipality_id, offer_id),
    constraint offer_member foreign key (municipality_id, member_id) references community.member
);
create index offer_kind on activities.offer (municipality_id, kind);

create table activities.offer_end (
    municipality_id int not null,
    offer_id uuid not null,
    ended_at timestamptz not null,
    ended_by uuid not null,
    constraint offer_ended_once primary key (municipality_id, offer_id),
    constraint offer_end_offer foreign key (municipality_id, offer_id) references activities.offer
);

create table activities.need (
    municipality_id int not null,
    need_id uuid not null,
    member_id uuid not null,
    kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    note text check (length(note) <= 1000),
    starts_at timestamptz not null,
    minutes int not null check (minutes between 1 and 1440),
    payer text not null check (payer in ('receiver', 'pot')),
    pay_unit_id smallint not null,
    pay_per_hour bigint not null check (pay_per_hour between 0 and 1000000),
    asked_at timestamptz not null,
    asked_by uuid not null,
    constraint need_pkey primary key (municipality_id, need_id),
    constraint need_member foreign key (municipality_id, member_id) references community.member,
    constraint need_pay_unit foreign key (municipality_id, pay_unit_id) references ledger.unit
);
create index need_of_member on activities.need (municipality_id, member_id);
create index need_starts on activities.need (municipality_id, starts_at, need_id);

create table activities.need_end (
    municipality_id int not null,
    need_id uuid not null,
    reason text not null check (reason in ('withdrawn', 'expired')),
    ended_at timestamptz not null,
    ended_by uuid not null,
    constraint need_ended_once primary key (municipality_id, need_id),
    constraint need_end_need foreign key (municipality_id, need_id) references activities.need
);

create table activities.match (
    municipality_id int not null,
    match_id uuid not null,
    need_id uuid not null,
    receiver_id uuid not null,
    helper_id uuid not null,
    starts_at timestamptz not null,
    minutes_planned int not null check (minutes_planned between 1 and 1440),
    minutes_max int not null check (minutes_max <= 1440),
    payer text not null check (payer in ('receiver', 'pot')),
    pay_unit_id smallint not null,
    pay_per_hour bigint not null check (pay_per_hour between 0 and 1000000),
    proposed_at timestamptz not null,
    proposed_by uuid not null,
    constraint match_pkey primary key (municipality_id, match_id),
    constraint match_need foreign key (municipality_id, need_id) references activities.need,
    constraint match_helper foreign key (municipality_id, helper_id) references community.member,
    constraint nobody_helps_oneself check (helper_id <> receiver_id),
    constraint limit_covers_plan check (minutes_max >= minutes_planned)
);
create index match_of_need on activities.match (municipality_id, need_id);
create index match_of_helper on activities.match (municipality_id, helper_id);
create index match_of_receiver on activities.match (municipality_id, receiver_id);

create table activities.match_answer (
    municipality_id int not null,
    match_id uuid not null,
    side text not null check (side in ('helper', 'receiver')),
    answer text not null check (answer in ('accept', 'decline')),
    answered_at timestamptz not null,
    answered_by uuid not null,
    constraint answered_once primary key (municipality_id, match_id, side),
    constraint match_answer_match foreign key (municipality_id, match_id) references activities.match
);

create table activities.match_end (
    municipality_id int not null,
    match_id uuid not null,
    reason text not null check (reason in ('cancelled', 'done')),
    ended_at timestamptz not null,
    ended_by uuid not null,
    constraint match_ended_once primary key (municipality_id, match_id),
    constraint match_end_match foreign key (municipality_id, match_id) references activities.match
);

create table activities.scan (
    municipality_id int not null,
    scan_id uuid not null,
    member_id uuid not null,
    slot_id uuid,
    match_id uuid,
    direction text not null check (direction in ('in', 'out')),
    method text not null check (method in ('venue', 'poster', 'card', 'receiver_card', 'manual')),
    evidence smallint not null check (evidence between 0 and 4),
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    skew_seconds int not null,
    scanned_by uuid not null,
    credential_id uuid,
    reason text check (length(reason) <= 200),
    constraint scan_pkey primary key (municipality_id, scan_id),
    constraint scan_member foreign key (municipality_id, member_id) references community.member,
    constraint scan_slot foreign key (municipality_id, slot_id) references activities.slot,
    constraint scan_match foreign key (municipality_id, match_id) references activities.match,
    constraint scan_of_one_thing check ((slot_id is null) <> (match_id is null)),
    constraint manual_has_a_reason check (method <> 'manual' or (reason is not null and evidence <= 1)),
    constraint not_from_the_future check (occurred_at <= received_at + interval '5 minutes')
);
create index scan_of_slot on activities.scan (municipality_id, slot_id, member_id) where slot_id is not null;
create index scan_of_match on activities.scan (municipality_id, match_id) where match_id is not null;
create index scan_of_member on activities.scan (municipality_id, member_id, occurred_at);

create table activities.attendance (
    municipality_id int not null,
    attendance_id uuid not null,
    member_id uuid not null,
    slot_id uuid,
    match_id uuid,
    role text not null check (role in ('helper', 'receiver')),
    kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    starts timestamptz[] not null,
    ends timestamptz[] not null,
    started_at timestamptz not null,
    ended_at timestamptz not null,
    minutes int not null check (minutes >= 0),
    evidence smallint not null check (evidence between 0 and 4),
    flags text[] not null default '{}',
    needs_signoff boolean not null,
    made_at timestamptz not null,
    made_by uuid not null,
    supersedes uuid,
    reason text check (length(reason) <= 1000),
    constraint attendance_pkey primary key (municipality_id, attendance_id),
    constraint superseded_once unique (municipality_id, supersedes),
    constraint attendance_member foreign key (municipality_id, member_id) references community.member,
    constraint attendance_slot foreign key (municipality_id, slot_id) references activities.slot,
    constraint attendance_match foreign key (municipality_id, match_id) references activities.match,
    constraint attendance_superseded foreign key (municipality_id, supersedes) references activities.attendance,
    constraint attendance_of_one_thing check ((slot_id is null) <> (match_id is null)),
    constraint intervals_pair check (cardinality(starts) = cardinality(ends)),
    constraint correction_has_a_reason check (supersedes is null or reason is not null)
);
create index attendance_of_slot on activities.attendance (municipality_id, slot_id) where slot_id is not null;
create index attendance_of_match on activities.attendance (municipality_id, match_id) where match_id is not null;
create index attendance_of_member on activities.attendance (municipality_id, member_id, started_at);

create table activities.attendance_scan (
    municipality_id int not null,
    attendance_id uuid not null,
    scan_id uuid not null,
    constraint attendance_scan_pkey primary key (municipality_id, attendance_id, scan_id),
    constraint attendance_scan_attendance foreign key (municipality_id, attendance_id) references activities.attendance,
    constraint attendance_scan_scan foreign key (municipality_id, scan_id) references activities.scan
);
create index attendance_scan_scan on activities.attendance_scan (municipality_id, scan_id);

create table activities.signoff (
    municipality_id int not null,
    attendance_id uuid not null,
    signed_by uuid not null,
    signed_at timestamptz not null,
    constraint signed_once primary key (municipality_id, attendance_id),
    constraint signoff_attendance foreign key (municipality_id, attendance_id) references activities.attendance
);
"""

TABLES = (
    "activities.activity",
    "activities.slot",
    "activities.slot_close",
    "activities.booking",
    "activities.booking_cancel",
    "activities.offer",
    "activities.offer_end",
    "activities.need",
    "activities.need_end",
    "activities.match",
    "activities.match_answer",
    "activities.match_end",
    "activities.scan",
    "activities.attendance",
    "activities.attendance_scan",
    "activities.signoff",
)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), DEEDS + ddl.append_only(*TABLES) + ddl.walls(*TABLES))
