"""Passkeys: public keys of whoever signs in with what is in their hand.

Nothing secret is kept. How often a key was used is the latest of its uses, which are only ever added.
"""

from alembic import op

from db import ddl

revision = "0012"
down_revision = "0011"

PASSKEYS = """
create table community.passkey (
    municipality_id int not null,
    passkey_id uuid not null,
    principal_id uuid not null,
    credential_id bytea not null check (length(credential_id) between 16 and 1023),
    public_key bytea not null check (length(public_key) between 32 and 4096),
    sign_count bigint not null check (sign_count between 0 and 4294967295),
    rp_id text not null check (length(rp_id) between 1 and 253),
    label text not null check (length(label) between 1 and 60),
    challenge_sha256 bytea not null check (length(challenge_sha256) = 32),
    made_at timestamptz not null,
    made_in uuid not null,
    constraint passkey_pkey primary key (municipality_id, passkey_id),
    constraint passkey_credential_once unique (municipality_id, credential_id),
    constraint passkey_challenge_once unique (municipality_id, challenge_sha256),
    constraint passkey_principal foreign key (municipality_id, principal_id) references community.principal,
    constraint passkey_session foreign key (municipality_id, made_in) references community.session
);
create index passkey_of_principal on community.passkey (municipality_id, principal_id, made_at);

create table community.passkey_use (
    municipality_id int not null,
    challenge_sha256 bytea not null check (length(challenge_sha256) = 32),
    passkey_id uuid not null,
    sign_count bigint not null check (sign_count between 0 and 4294967295),
    user_verified boolean not null,
    used_for text not null check (used_for in ('sign_in', 'step_up')),
    used_at timestamptz not null,
    constraint passkey_use_once primary key (municipality_id, challenge_sha256),
    constraint passkey_use_passkey foreign key (municipality_id, passkey_id) references community.passkey
);
create index passkey_use_of_passkey on community.passkey_use (municipality_id, passkey_id, sign_count);

create table community.passkey_end (
    municipality_id int not null,
    passkey_id uuid not null,
    ended_at timestamptz not null,
    ended_by uuid,
    why text not null check (why in ('removed', 'new_entrance', 'copied')),
    constraint passkey_end_pkey primary key (municipality_id, passkey_id),
    constraint passkey_end_passkey foreign key (municipality_id, passkey_id) references community.passkey
);
"""

KEPT = ("passkey", "passkey_use", "passkey_end")


def upgrade() -> None:
    """Three tables that are only ever added to."""
    kept = [f"community.{name}" for name in KEPT]
    ddl.run_script(op.get_bind(), PASSKEYS + ddl.append_only(*kept) + ddl.walls(*kept))
