"""Spending: pay codes, redemptions, group applications, settlements, expiry runs, corrections. The guards are in wallets/sql."""

from alembic import op

from db import ddl

revision = "0005"
down_revision = "0004"

SPENDING = """
create schema wallets;

create table wallets.pay_code (
    municipality_id int not null,
    pay_code_id uuid not null,
    member_id uuid not null,
    unit_id smallint not null,
    fingerprint bytea not null check (length(fingerprint) = 32),
    amount_max bigint not null check (amount_max > 0),
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    issued_by uuid not null,
    constraint pay_code_pkey primary key (municipality_id, pay_code_id),
    constraint pay_code_fingerprint_once unique (municipality_id, fingerprint),
    constraint pay_code_member foreign key (municipality_id, member_id) references community.member,
    constraint pay_code_is_short check (expires_at > issued_at and expires_at <= issued_at + interval '15 minutes')
);

create table wallets.redemption (
    municipality_id int not null,
    redemption_id uuid not null,
    kind text not null check (kind in ('help', 'purchase', 'conversion', 'donation', 'pledge', 'group_use')),
    holder uuid not null,
    unit_id smallint not null,
    amount bigint not null check (amount > 0),
    entry_id uuid not null,
    attendance_id uuid,
    counterparty uuid,
    redeemed_at timestamptz not null,
    actor uuid not null,
    acting_for uuid,
    note text check (length(note) <= 200),
    constraint redemption_pkey primary key (municipality_id, redemption_id),
    constraint redemption_entry_once unique (municipality_id, entry_id),
    constraint redemption_entry foreign key (municipality_id, entry_id) references ledger.journal_entry,
    constraint redemption_attendance foreign key (municipality_id, attendance_id) references activities.attendance,
    constraint help_names_its_attendance check ((kind = 'help') = (attendance_id is not null))
);
create index redemption_by_time on wallets.redemption (municipality_id, redeemed_at, redemption_id);
create index redemption_holder on wallets.redemption (municipality_id, holder, redeemed_at, redemption_id);
create index redemption_counterparty on wallets.redemption (municipality_id, counterparty, redeemed_at, redemption_id);
create index redemption_of_attendance on wallets.redemption (municipality_id, attendance_id) where attendance_id is not null;

create table wallets.redemption_origin (
    municipality_id int not null,
    redemption_id uuid not null,
    attendance_id uuid not null,
    amount bigint not null check (amount > 0),
    constraint redemption_origin_pkey primary key (municipality_id, redemption_id, attendance_id),
    constraint redemption_origin_attendance foreign key (municipality_id, attendance_id) references activities.attendance,
    -- origins are written first, so that the redemption's guard finds them
    constraint redemption_origin_redemption foreign key (municipality_id, redemption_id) references wallets.redemption
        deferrable initially deferred
);
create index redemption_origin_of_attendance on wallets.redemption_origin (municipality_id, attendance_id);

create table wallets.pay_code_use (
    municipality_id int not null,
    pay_code_id uuid not null,
    redemption_id uuid not null,
    used_at timestamptz not null,
    constraint pay_code_once primary key (municipality_id, pay_code_id),
    constraint pay_code_use_code foreign key (municipality_id, pay_code_id) references wallets.pay_code,
    constraint pay_code_use_redemption foreign key (municipality_id, redemption_id) references wallets.redemption
);

create table wallets.undo (
    municipality_id int not null,
    redemption_id uuid not null,
    entry_id uuid not null,
    reason text not null check (length(reason) <= 200),
    undone_at timestamptz not null,
    actor uuid not null,
    constraint undo_once primary key (municipality_id, redemption_id),
    constraint undo_redemption foreign key (municipality_id, redemption_id) references wallets.redemption,
    constraint undo_entry foreign key (municipality_id, entry_id) references ledger.journal_entry
);

create table wallets.application (
    municipality_id int not null,
    application_id uuid not null,
    organisation_id uuid not null,
    unit_id smallint not null,
    amount bigint not null check (amount > 0),
    purpose text not null check (length(purpose) <= 200),
    hold_id uuid not null,
    applied_at timestamptz not null,
    applied_by uuid not null,
    constraint application_pkey primary key (municipality_id, application_id),
    constraint application_organisation foreign key (municipality_id, organisation_id) references community.organisation,
    constraint application_hold foreign key (municipality_id, hold_id) references ledger.hold
);
create index application_by_time on wallets.application (municipality_id, applied_at, application_id);
create index application_of_group on wallets.application (municipality_id, organisation_id, applied_at, application_id);

create table wallets.application_decision (
    municipality_id int not null,
    application_id uuid not null,
    approved boolean not null,
    redemption_id uuid,
    reason text check (length(reason) <= 200),
    decided_at timestamptz not null,
    decided_by uuid not null,
    constraint application_decided_once primary key (municipality_id, application_id),
    constraint application_decision_application foreign key (municipality_id, application_id) references wallets.application,
    constraint application_decision_redemption foreign key (municipality_id, redemption_id) references wallets.redemption,
    constraint approval_pays check (approved = (redemption_id is not null)),
    constraint refusal_has_a_reason check (approved or reason is not null)
);

create table wallets.application_return (
    municipality_id int not null,
    application_id uuid not null,
    amount bigint not null check (amount > 0),
    entry_id uuid not null,
    reason text not null check (length(reason) <= 200),
    returned_at timestamptz not null,
    returned_by uuid not null,
    constraint application_returned_once primary key (municipality_id, application_id),
    constraint application_return_application foreign key (municipality_id, application_id) references wallets.application,
    constraint application_return_entry foreign key (municipality_id, entry_id) references ledger.journal_entry
);

create table wallets.settlement (
    municipality_id int not null,
    settlement_id uuid not null,
    unit_id smallint not null,
    up_to date not null,
    proposed_at timestamptz not null,
    proposed_by uuid not null,
    constraint settlement_pkey primary key (municipality_id, settlement_id),
    constraint settlement_unit foreign key (municipality_id, unit_id) references ledger.unit
);
create index settlement_by_time on wallets.settlement (municipality_id, proposed_at, settlement_id);

create table wallets.settlement_item (
    municipality_id int not null,
    settlement_id uuid not null,
    account_id bigint not null,
    item_id uuid not null,
    payee uuid not null,
    amount bigint not null check (amount > 0),
    constraint settlement_item_pkey primary key (municipality_id, settlement_id, account_id),
    constraint settlement_item_once unique (municipality_id, item_id),
    constraint settlement_item_settlement foreign key (municipality_id, settlement_id) references wallets.settlement,
    constraint settlement_item_account foreign key (municipality_id, account_id) references ledger.account
);

create table wallets.settlement_approval (
    municipality_id int not null,
    settlement_id uuid not null,
    approved_at timestamptz not null,
    approved_by uuid not null,
    constraint settled_once primary key (municipality_id, settlement_id),
    constraint settlement_approval_settlement foreign key (municipality_id, settlement_id) references wallets.settlement
);

create table wallets.settlement_payment (
    municipality_id int not null,
    settlement_id uuid not null,
    account_id bigint not null,
    entry_id uuid not null,
    constraint paid_once primary key (municipality_id, settlement_id, account_id),
    constraint settlement_payment_item foreign key (municipality_id, settlement_id, account_id)
        references wallets.settlement_item,
    constraint settlement_payment_entry foreign key (municipality_id, entry_id) references ledger.journal_entry
);

create table wallets.expiry_run (
    municipality_id int not null,
    run_id uuid not null,
    unit_id smallint not null,
    expires_by date not null,
    announced_at timestamptz not null,
    announced_by uuid not null,
    constraint expiry_run_pkey primary key (municipality_id, run_id),
    constraint expiry_announced_once unique (municipality_id, unit_id, expires_by),
    constraint expiry_run_unit foreign key (municipality_id, unit_id) references ledger.unit
);

create table wallets.expiry_execution (
    municipality_id int not null,
    run_id uuid not null,
    executed_at timestamptz not null,
    executed_by uuid not null,
    constraint expiry_executed_once primary key (municipality_id, run_id),
    constraint expiry_execution_run foreign key (municipality_id, run_id) references wallets.expiry_run
);

create table wallets.expiry_item (
    municipality_id int not null,
    run_id uuid not null,
    account_id bigint not null,
    item_id uuid not null,
    amount bigint not null check (amount > 0),
    entry_id uuid not null,
    constraint expiry_item_pkey primary key (municipality_id, run_id, account_id),
    constraint expiry_item_once unique (municipality_id, item_id),
    constraint expiry_item_run foreign key (municipality_id, run_id) references wallets.expiry_run,
    constraint expiry_item_entry foreign key (municipality_id, entry_id) references ledger.journal_entry
);

create table wallets.correction (
    municipality_id int not null,
    correction_id uuid not null,
    entry_id uuid not null,
    reversal_id uuid,
    reason text not null check (length(reason) <= 1000),
    shortfall bigint not null default 0 check (shortfall >= 0),
    corrected_at timestamptz not null,
    actor uuid not null,
    constraint correction_pkey primary key (municipality_id, correction_id),
    constraint corrected_once unique (municipality_id, entry_id),
    constraint nothing_booked_is_all_spent check (reversal_id is not null or shortfall > 0),
    constraint correction_entry foreign key (municipality_id, entry_id) references ledger.journal_entry,
    constraint correction_reversal foreign key (municipality_id, reversal_id) references ledger.journal_entry
);
"""

TABLES = (
    "wallets.pay_code",
    "wallets.redemption",
    "wallets.redemption_origin",
    "wallets.pay_code_use",
    "wallets.undo",
    "wallets.application",
    "wallets.application_decision",
    "wallets.application_return",
    "wallets.settlement",
    "wallets.settlement_item",
    "wallets.settlement_approval",
    "wallets.settlement_payment",
    "wallets.expiry_run",
    "wallets.expiry_execution",
    "wallets.expiry_item",
    "wallets.correction",
)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), SPENDING + ddl.append_only(*TABLES) + ddl.walls(*TABLES))
