"""Sign-in to the pages: roles that end, sessions, entrances, passwords and codes, limits, who looked at a member's things.

Secrets are kept as fingerprints; a session that ended stays on record.
"""

from alembic import op

from db import ddl

revision = "0009"
down_revision = "0008"

SESSIONS = """
create table community.session (
    municipality_id int not null,
    session_id uuid not null,
    secret_sha256 bytea not null check (length(secret_sha256) = 32),
    principal_id uuid not null,
    opened_at timestamptz not null,
    ends_at timestamptz not null,
    idle_minutes int not null check (idle_minutes > 0),
    device text not null check (length(device) <= 120),
    opened_by text not null check (opened_by ~ '^[a-z_]{3,32}$'),
    stepped_up_at timestamptz,
    replaces uuid,
    constraint session_pkey primary key (municipality_id, session_id),
    constraint session_secret_once unique (municipality_id, secret_sha256),
    constraint session_principal foreign key (municipality_id, principal_id) references community.principal,
    constraint session_ends_later check (ends_at > opened_at)
);
create index session_of_principal on community.session (municipality_id, principal_id, opened_at);

create table community.session_seen (
    municipality_id int not null,
    session_id uuid not null,
    seen_at timestamptz not null,
    constraint session_seen_pkey primary key (municipality_id, session_id),
    constraint session_seen_session foreign key (municipality_id, session_id) references community.session
) with (fillfactor = 70);

create table community.session_end (
    municipality_id int not null,
    session_id uuid not null,
    ended_at timestamptz not null,
    ended_by uuid,
    why text not null check (why ~ '^[a-z_]{3,32}$'),
    constraint session_end_pkey primary key (municipality_id, session_id),
    constraint session_end_session foreign key (municipality_id, session_id) references community.session
);

create table community.entrance (
    municipality_id int not null,
    entrance_id uuid not null,
    secret_sha256 bytea not null check (length(secret_sha256) = 32),
    principal_id uuid not null,
    asks_birth_date boolean not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    made_by uuid,
    constraint entrance_pkey primary key (municipality_id, entrance_id),
    constraint entrance_secret_once unique (municipality_id, secret_sha256),
    constraint entrance_principal foreign key (municipality_id, principal_id) references community.principal,
    constraint entrance_expires_later check (expires_at > made_at)
);
create index entrance_of_principal on community.entrance (municipality_id, principal_id, made_at);

create table community.entrance_use (
    municipality_id int not null,
    entrance_id uuid not null,
    session_id uuid,
    used_at timestamptz not null,
    constraint entrance_used_once primary key (municipality_id, entrance_id),
    constraint entrance_use_entrance foreign key (municipality_id, entrance_id) references community.entrance,
    constraint entrance_use_session foreign key (municipality_id, session_id) references community.session
);
"""

ROLES = """
alter table community.principal add column valid_until timestamptz;

create table community.principal_end (
    municipality_id int not null,
    principal_id uuid not null,
    ended_at timestamptz not null,
    ended_by uuid,
    constraint principal_end_pkey primary key (municipality_id, principal_id),
    constraint principal_end_principal foreign key (municipality_id, principal_id) references community.principal
);
"""

PROOFS = """
create table community.login (
    municipality_id int not null,
    login int not null check (login between 100000 and 999999),
    principal_id uuid not null,
    given_at timestamptz not null,
    constraint login_pkey primary key (municipality_id, login),
    constraint login_of_one unique (municipality_id, principal_id),
    constraint login_principal foreign key (municipality_id, principal_id) references community.principal
);

create table community.proof (
    municipality_id int not null,
    proof_id uuid not null,
    principal_id uuid not null,
    password text not null check (password like '$argon2id$%' and length(password) <= 256),
    nonce bytea not null check (length(nonce) = 32),
    set_at timestamptz not null,
    constraint proof_pkey primary key (municipality_id, proof_id),
    constraint proof_principal foreign key (municipality_id, principal_id) references community.principal
);
create index proof_of_principal on community.proof (municipality_id, principal_id, set_at);

create table community.totp_use (
    municipality_id int not null,
    principal_id uuid not null,
    step bigint not null,
    used_at timestamptz not null,
    constraint totp_used_once primary key (municipality_id, principal_id, step),
    constraint totp_use_principal foreign key (municipality_id, principal_id) references community.principal
);
"""

ATTEMPTS = """
create table community.attempt (
    municipality_id int not null,
    kind text not null check (kind ~ '^[a-z_]{3,32}$'),
    subject_sha256 bytea not null check (length(subject_sha256) = 32),
    spent_until timestamptz not null,
    constraint attempt_pkey primary key (municipality_id, kind, subject_sha256)
) with (fillfactor = 70);
"""

LOOKS = """
create table community.access_log (
    municipality_id int not null,
    access_id uuid not null,
    member_id uuid not null,
    principal_id uuid not null,
    what text not null check (what ~ '^[a-z_]{3,32}$'),
    looked_at timestamptz not null,
    constraint access_log_pkey primary key (municipality_id, access_id),
    constraint access_log_member foreign key (municipality_id, member_id) references community.member,
    constraint access_log_principal foreign key (municipality_id, principal_id) references community.principal
);
create index access_log_of_member on community.access_log (municipality_id, member_id, looked_at);
"""

KEPT = ("principal_end", "session", "session_end", "entrance", "entrance_use", "login", "proof", "totp_use", "access_log")
MOVING = ("session_seen", "attempt")


def upgrade() -> None:
    kept, moving = ([f"community.{name}" for name in names] for names in (KEPT, MOVING))
    ddl.run_script(
        op.get_bind(), ROLES + SESSIONS + PROOFS + ATTEMPTS + LOOKS + ddl.append_only(*kept) + ddl.walls(*kept, *moving)
    )
