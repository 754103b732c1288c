"""People and symbols: municipalities, areas, members, organisations, who may call the service, and the fingerprints of printed codes.

What identifies a person stands in `community.person` alone; everything else names members by id.
"""

from alembic import op

from db import ddl

revision = "0002"
down_revision = "0001"

PEOPLE = """
create schema community;

create table community.municipality (
    municipality_id int primary key,
    code text not null unique check (code ~ '^[0-9]{6}$'),
    name text not null check (length(name) <= 80),
    created_at timestamptz not null default clock_timestamp()
);

create table community.area (
    municipality_id int not null references community.municipality,
    area_id uuid not null,
    layer smallint not null check (layer between 1 and 3),
    name text not null check (length(name) <= 80),
    parent_id uuid,
    valid_from date not null,
    valid_to date not null default 'infinity',
    constraint area_pkey primary key (municipality_id, area_id),
    constraint area_parent foreign key (municipality_id, parent_id) references community.area,
    constraint only_layer_1_is_the_top check ((layer = 1) = (parent_id is null)),
    constraint area_valid check (valid_from < valid_to)
);

create table community.organisation (
    municipality_id int not null references community.municipality,
    organisation_id uuid not null,
    kind text not null check (kind in ('host', 'administrator', 'provider', 'group', 'partner', 'support_centre')),
    name text not null check (length(name) <= 80),
    created_at timestamptz not null,
    constraint organisation_pkey primary key (municipality_id, organisation_id)
);

create table community.member (
    municipality_id int not null references community.municipality,
    member_id uuid not null,
    number int not null check (number > 0),
    area_id uuid not null,
    can_earn boolean not null default true,
    joined_on date not null,
    created_at timestamptz not null,
    constraint member_pkey primary key (municipality_id, member_id),
    constraint member_number_once unique (municipality_id, number),
    constraint member_area foreign key (municipality_id, area_id) references community.area
);

create table community.person (
    municipality_id int not null,
    member_id uuid not null,
    name text not null check (length(name) <= 80),
    kana text not null check (length(kana) <= 80),
    born_on date,
    constraint person_pkey primary key (municipality_id, member_id),
    constraint person_member foreign key (municipality_id, member_id) references community.member
);

create table community.principal (
    municipality_id int not null references community.municipality,
    principal_id uuid not null,
    role text not null check (role in
        ('member', 'host', 'device', 'coordinator', 'treasurer', 'cashier', 'officer', 'auditor')),
    member_id uuid,
    organisation_id uuid,
    label text not null check (length(label) <= 80),
    created_at timestamptz not null,
    created_by uuid,
    constraint principal_pkey primary key (municipality_id, principal_id),
    constraint principal_member foreign key (municipality_id, member_id) references community.member,
    constraint principal_organisation foreign key (municipality_id, organisation_id) references community.organisation,
    constraint member_is_somebody check (role <> 'member' or member_id is not null),
    constraint acts_for_an_organisation check
        (role not in ('host', 'device', 'treasurer', 'cashier') or organisation_id is not null)
);

create table community.token (
    municipality_id int not null,
    token_sha256 bytea not null check (length(token_sha256) = 32),
    principal_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint token_pkey primary key (municipality_id, token_sha256),
    constraint token_principal foreign key (municipality_id, principal_id) references community.principal
);

create table community.token_end (
    municipality_id int not null,
    token_sha256 bytea not null,
    ended_at timestamptz not null,
    ended_by uuid,
    constraint token_end_pkey primary key (municipality_id, token_sha256),
    constraint token_end_token foreign key (municipality_id, token_sha256) references community.token
);

create schema qr;

create table qr.credential (
    municipality_id int not null,
    credential_id uuid not null,
    kind text not null check (kind in ('card', 'poster')),
    fingerprint bytea not null check (length(fingerprint) = 32),
    subject uuid not null,
    issued_at timestamptz not null,
    issued_by uuid,
    constraint credential_pkey primary key (municipality_id, credential_id),
    constraint fingerprint_once unique (municipality_id, fingerprint)
);
create index credential_subject on qr.credential (municipality_id, subject);

create table qr.revocation (
    municipality_id int not null,
    credential_id uuid not null,
    revoked_at timestamptz not null,
    revoked_by uuid,
    reason text not null check (length(reason) <= 200),
    constraint revoke_once primary key (municipality_id, credential_id),
    constraint revocation_credential foreign key (municipality_id, credential_id) references qr.credential
);
"""

TABLES = (
    "community.area",
    "community.organisation",
    "community.member",
    "community.principal",
    "community.token",
    "community.token_end",
    "qr.credential",
    "qr.revocation",
)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), PEOPLE + ddl.append_only(*TABLES) + ddl.walls(*TABLES, "community.person"))
