"""Family and helpers who act for a member (代わりの人): who lets whom do what, the answer, the end, and for whom a session acts.

Somebody who is no member has an entrance of their own: a principal that stands in for members and is none.
And which notices a member has read.
"""

from alembic import op

from db import ddl

revision = "0015"
down_revision = "0014"

STAND_INS = """
alter table community.principal
    add column stands_in boolean not null default false,
    drop constraint member_is_somebody,
    add constraint member_is_somebody check (role <> 'member' or member_id is not null or stands_in),
    add constraint stand_in_is_no_member check (not stands_in or role = 'member' and member_id is null);

create table community.relative (
    municipality_id int not null,
    principal_id uuid not null,
    member_id uuid not null,
    name bytea not null,
    constraint relative_pkey primary key (municipality_id, principal_id),
    constraint relative_member foreign key (municipality_id, member_id) references community.member,
    constraint relative_principal foreign key (municipality_id, principal_id) references community.principal
);
"""

PROXIES = """
create table community.proxy (
    municipality_id int not null,
    proxy_id uuid not null,
    member_id uuid not null,
    by_member_id uuid,
    by_principal_id uuid,
    relation text not null check (relation ~ '^[a-z_]{3,32}$'),
    powers text not null check (powers in ('see', 'arrange', 'spend')),
    until timestamptz,
    given_at timestamptz not null,
    given_by uuid not null,
    consent text not null check (consent in ('own_phone', 'spoken', 'written', 'phone_call')),
    consent_note text check (length(consent_note) <= 200),
    constraint proxy_pkey primary key (municipality_id, proxy_id),
    constraint proxy_member foreign key (municipality_id, member_id) references community.member,
    constraint proxy_by_member foreign key (municipality_id, by_member_id) references community.member (municipality_id, member_id),
    constraint proxy_by_principal foreign key (municipality_id, by_principal_id)
        references community.principal (municipality_id, principal_id),
    constraint proxy_given_by foreign key (municipality_id, given_by) references community.principal (municipality_id, principal_id),
    constraint proxy_is_somebody check (num_nonnulls(by_member_id, by_principal_id) = 1),
    constraint proxy_is_another check (by_member_id is distinct from member_id),
    constraint consent_is_written_down check ((consent = 'own_phone') = (consent_note is null)),
    constraint proxy_ends_later check (until > given_at)
);
create index proxy_of_member on community.proxy (municipality_id, member_id, given_at);
create index proxy_by_member on community.proxy (municipality_id, by_member_id) where by_member_id is not null;
create index proxy_by_principal on community.proxy (municipality_id, by_principal_id) where by_principal_id is not null;

create table community.proxy_answer (
    municipality_id int not null,
    proxy_id uuid not null,
    accepted boolean not null,
    answered_at timestamptz not null,
    answered_by uuid not null,
    constraint proxy_answered_once primary key (municipality_id, proxy_id),
    constraint proxy_answer_proxy foreign key (municipality_id, proxy_id) references community.proxy
);

create table community.proxy_end (
    municipality_id int not null,
    proxy_id uuid not null,
    ended_at timestamptz not null,
    ended_by uuid not null,
    constraint proxy_ended_once primary key (municipality_id, proxy_id),
    constraint proxy_end_proxy foreign key (municipality_id, proxy_id) references community.proxy
);

create table community.session_acting (
    municipality_id int not null,
    acting_id uuid not null,
    session_id uuid not null,
    proxy_id uuid,
    chosen_at timestamptz not null,
    constraint session_acting_pkey primary key (municipality_id, acting_id),
    constraint session_acting_session foreign key (municipality_id, session_id) references community.session,
    constraint session_acting_proxy foreign key (municipality_id, proxy_id) references community.proxy
);
create index session_acting_of_session on community.session_acting (municipality_id, session_id, acting_id);
"""

NOTICES = """
create table wallets.notice_read (
    municipality_id int not null,
    notice_id uuid not null,
    read_at timestamptz not null,
    read_by uuid not null,
    constraint notice_read_once primary key (municipality_id, notice_id),
    constraint notice_read_notice foreign key (municipality_id, notice_id) references wallets.notice
);
"""

KEPT = ("relative", "proxy", "proxy_answer", "proxy_end", "session_acting")


def upgrade() -> None:
    kept = [f"community.{name}" for name in KEPT] + ["wallets.notice_read"]
    ddl.run_script(op.get_bind(), STAND_INS + PROXIES + NOTICES + ddl.append_only(*kept) + ddl.walls(*kept))
