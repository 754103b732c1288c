"""The law: schemes, their dated editions, budget lines, and every decision with the facts it saw."""

from alembic import op

from db import ddl

revision = "0003"
down_revision = "0002"

LAW = """
create schema rules;

create table rules.scheme (
    municipality_id int not null,
    scheme_id uuid not null,
    code text not null check (code ~ '^[a-z][a-z0-9-]{0,31}$'),
    name text not null check (length(name) <= 80),
    unit_id smallint not null,
    created_at timestamptz not null,
    created_by uuid,
    constraint scheme_pkey primary key (municipality_id, scheme_id),
    constraint scheme_code_once unique (municipality_id, code),
    constraint scheme_unit foreign key (municipality_id, unit_id) references ledger.unit
);

create table rules.edition (
    municipality_id int not null,
    edition_id uuid not null,
    scheme_id uuid not null,
    starts_on date not null,
    document text not null check (length(document) <= 65536),
    document_sha256 bytea not null check (document_sha256 = sha256(convert_to(document, 'UTF8'))),
    proposed_by uuid not null,
    approved_by uuid not null,
    published_at timestamptz not null,
    constraint edition_pkey primary key (municipality_id, edition_id),
    constraint edition_scheme foreign key (municipality_id, scheme_id) references rules.scheme,
    constraint one_edition_starts_on_a_day unique (municipality_id, scheme_id, starts_on),
    constraint two_people check (proposed_by <> approved_by)
);

create table rules.edition_proposal (
    municipality_id int not null,
    proposal_id uuid not null,
    scheme_id uuid not null,
    document text not null check (length(document) <= 65536),
    proposed_by uuid not null,
    proposed_at timestamptz not null,
    constraint edition_proposal_pkey primary key (municipality_id, proposal_id),
    constraint edition_proposal_scheme foreign key (municipality_id, scheme_id) references rules.scheme
);

create table rules.budget_line (
    municipality_id int not null,
    budget_line_id uuid not null,
    scheme_id uuid not null,
    code text not null check (code ~ '^[a-z][a-z0-9_-]{0,31}$'),
    fiscal_year smallint not null check (fiscal_year between 2000 and 2100),
    funding_source text not null check (length(funding_source) <= 80),
    account_id bigint not null,
    created_at timestamptz not null,
    created_by uuid,
    constraint budget_line_pkey primary key (municipality_id, budget_line_id),
    constraint budget_line_once unique (municipality_id, scheme_id, code, fiscal_year),
    constraint budget_line_account_once unique (municipality_id, account_id),
    constraint budget_line_scheme foreign key (municipality_id, scheme_id) references rules.scheme,
    constraint budget_line_account foreign key (municipality_id, account_id) references ledger.account
);

create table rules.decision (
    municipality_id int not null,
    decision_id uuid not null,
    attendance_id uuid not null,
    member_id uuid not null,
    scheme_id uuid not null,
    edition_id uuid not null,
    occurred_on date not null,
    amount bigint not null check (amount >= 0),
    minutes int not null check (minutes >= 0),
    outcome text not null check (outcome in ('granted', 'nothing')),
    facts jsonb not null,
    decision jsonb not null,
    decided_at timestamptz not null,
    constraint decision_pkey primary key (municipality_id, decision_id),
    constraint decided_once unique (municipality_id, attendance_id, scheme_id),
    constraint decision_edition foreign key (municipality_id, edition_id) references rules.edition,
    constraint granted_is_something check ((outcome = 'granted') = (amount > 0))
);
create index decision_member_day on rules.decision (municipality_id, member_id, scheme_id, occurred_on);

create table rules.decision_void (
    municipality_id int not null,
    decision_id uuid not null,
    reason text not null check (length(reason) <= 1000),
    voided_at timestamptz not null,
    voided_by uuid,
    constraint void_once primary key (municipality_id, decision_id),
    constraint decision_void_decision foreign key (municipality_id, decision_id) references rules.decision
);
"""

TABLES = (
    "rules.scheme",
    "rules.edition",
    "rules.edition_proposal",
    "rules.budget_line",
    "rules.decision",
    "rules.decision_void",
)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), LAW + ddl.append_only(*TABLES) + ddl.walls(*TABLES))
