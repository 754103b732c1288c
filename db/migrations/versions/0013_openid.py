"""Signing in with a municipality's own OpenID provider: the provider, tries that are under way, and whose account is whose.

Of an account only a fingerprint is kept. A later link of an account, or of a principal, takes the place of the earlier one.
"""

from alembic import op

from db import ddl

revision = "0013"
down_revision = "0012"

PROVIDERS = """
create table community.openid_provider (
    municipality_id int not null,
    provider_id uuid not null,
    issuer text not null check (length(issuer) between 8 and 255),
    client_id text not null check (length(client_id) between 1 and 255),
    name text not null check (length(name) between 1 and 60),
    secret_nonce bytea check (length(secret_nonce) = 12),
    secret_sealed bytea check (length(secret_sealed) between 17 and 1024),
    set_at timestamptz not null,
    constraint openid_provider_pkey primary key (municipality_id, provider_id),
    constraint openid_provider_secret_whole check ((secret_nonce is null) = (secret_sealed is null))
);

create table community.openid_provider_end (
    municipality_id int not null,
    provider_id uuid not null,
    ended_at timestamptz not null,
    constraint openid_provider_end_pkey primary key (municipality_id, provider_id),
    constraint openid_provider_end_provider foreign key (municipality_id, provider_id) references community.openid_provider
);
"""

ATTEMPTS = """
create table community.openid_attempt (
    municipality_id int not null,
    attempt_id uuid not null,
    secret_sha256 bytea not null check (length(secret_sha256) = 32),
    provider_id uuid not null,
    purpose text not null check (purpose in ('sign_in', 'link', 'step_up')),
    session_id uuid,
    next text not null check (length(next) between 1 and 500),
    started_at timestamptz not null,
    expires_at timestamptz not null,
    constraint openid_attempt_pkey primary key (municipality_id, attempt_id),
    constraint openid_attempt_secret_once unique (municipality_id, secret_sha256),
    constraint openid_attempt_provider foreign key (municipality_id, provider_id) references community.openid_provider,
    constraint openid_attempt_session foreign key (municipality_id, session_id) references community.session,
    constraint openid_attempt_of_a_session check ((purpose = 'sign_in') = (session_id is null)),
    constraint openid_attempt_expires_later check (expires_at > started_at)
);

create table community.openid_attempt_use (
    municipality_id int not null,
    attempt_id uuid not null,
    used_at timestamptz not null,
    constraint openid_attempt_used_once primary key (municipality_id, attempt_id),
    constraint openid_attempt_use_attempt foreign key (municipality_id, attempt_id) references community.openid_attempt
);
"""

IDENTITIES = """
create table community.openid_identity (
    municipality_id int not null,
    identity_id uuid not null,
    issuer text not null check (length(issuer) between 8 and 255),
    subject_sha256 bytea not null check (length(subject_sha256) = 32),
    principal_id uuid not null,
    linked_at timestamptz not null,
    linked_by uuid,
    constraint openid_identity_pkey primary key (municipality_id, identity_id),
    constraint openid_identity_principal foreign key (municipality_id, principal_id) references community.principal
);
create index openid_identity_of_subject on community.openid_identity (municipality_id, subject_sha256, linked_at);
create index openid_identity_of_principal on community.openid_identity (municipality_id, principal_id, linked_at);

create table community.openid_identity_end (
    municipality_id int not null,
    identity_id uuid not null,
    ended_at timestamptz not null,
    ended_by uuid,
    constraint openid_identity_end_pkey primary key (municipality_id, identity_id),
    constraint openid_identity_end_identity foreign key (municipality_id, identity_id) references community.openid_identity
);
"""

KEPT = (
    "openid_provider",
    "openid_provider_end",
    "openid_attempt",
    "openid_attempt_use",
    "openid_identity",
    "openid_identity_end",
)


def upgrade() -> None:
    kept = [f"community.{name}" for name in KEPT]
    ddl.run_script(op.get_bind(), PROVIDERS + ATTEMPTS + IDENTITIES + ddl.append_only(*kept) + ddl.walls(*kept))
