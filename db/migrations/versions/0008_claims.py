"""Claims for conversion, year ends, notices: what was asked, what came of it, and what it reserves.

A hold may name its lots from now on, so that what somebody has claimed cannot be spent, lapse or be taken back meanwhile. A claim's
facts and payout, and a year end's, are kept as canonical JSON: anybody can derive them again. The guards are in
ledger/sql/16_hold_lots.sql, wallets/sql/20_claims.sql and wallets/sql/30_year_ends.sql.
"""

from alembic import op

from db import ddl

revision = "0008"
down_revision = "0007"

CLAIMS = """
create table ledger.hold_lot (
    municipality_id int not null,
    hold_id uuid not null,
    lot_id uuid not null,
    amount bigint not null check (amount > 0),
    constraint hold_lot_pkey primary key (municipality_id, hold_id, lot_id),
    constraint hold_lot_hold foreign key (municipality_id, hold_id) references ledger.hold,
    constraint hold_lot_lot foreign key (municipality_id, lot_id) references ledger.lot
);
create index hold_lot_of_lot on ledger.hold_lot (municipality_id, lot_id);

create table wallets.payout_choice (
    municipality_id int not null,
    choice_id uuid not null,
    holder uuid not null,
    scheme_id uuid not null,
    form text not null check (length(form) <= 40),
    directed_to uuid,
    chosen_at timestamptz not null,
    chosen_by uuid not null,
    constraint payout_choice_pkey primary key (municipality_id, choice_id),
    constraint payout_choice_scheme foreign key (municipality_id, scheme_id) references rules.scheme,
    constraint payout_choice_directed_to foreign key (municipality_id, directed_to) references community.organisation
);
create index payout_choice_of_holder on wallets.payout_choice (municipality_id, holder, scheme_id, choice_id);

create table wallets.claim (
    municipality_id int not null,
    claim_id uuid not null,
    scheme_id uuid not null,
    holder uuid not null,
    claimed_on date not null,
    amount bigint check (amount > 0),
    form text check (length(form) <= 40),
    directed_to uuid,
    deductions jsonb not null,
    missing jsonb,
    claimed_at timestamptz not null,
    claimed_by uuid not null,
    acting_for uuid,
    constraint claim_pkey primary key (municipality_id, claim_id),
    constraint claim_scheme foreign key (municipality_id, scheme_id) references rules.scheme,
    constraint claim_directed_to foreign key (municipality_id, directed_to) references community.organisation,
    constraint claim_of_its_day check (claimed_on <= cast(claimed_at at time zone 'Asia/Tokyo' as date))
);
create index claim_by_time on wallets.claim (municipality_id, claimed_at, claim_id);
create index claim_of_holder on wallets.claim (municipality_id, holder, scheme_id, claimed_on);
create index claim_of_scheme on wallets.claim (municipality_id, scheme_id, claimed_on);

create table wallets.claim_payout (
    municipality_id int not null,
    claim_id uuid not null,
    edition_id uuid not null,
    outcome text not null check (outcome in ('paid', 'nothing')),
    unit_id smallint not null,
    amount bigint not null check (amount >= 0),
    value_unit_id smallint,
    value bigint not null check (value >= 0),
    form text,
    payee uuid,
    payable_from date,
    hold_id uuid,
    facts jsonb not null,
    payout jsonb not null,
    decided_at timestamptz not null,
    decided_by uuid not null,
    constraint claim_decided_once primary key (municipality_id, claim_id),
    constraint claim_payout_claim foreign key (municipality_id, claim_id) references wallets.claim,
    constraint claim_payout_edition foreign key (municipality_id, edition_id) references rules.edition,
    constraint claim_payout_unit foreign key (municipality_id, unit_id) references ledger.unit,
    constraint claim_payout_value_unit foreign key (municipality_id, value_unit_id) references ledger.unit,
    constraint claim_payout_hold foreign key (municipality_id, hold_id) references ledger.hold,
    constraint paid_is_reserved check (
        (outcome = 'paid') = (hold_id is not null) and (outcome = 'paid') = (amount > 0)
        and (outcome = 'paid') = (payable_from is not null) and (outcome = 'paid' or value = 0)
    ),
    constraint value_has_its_unit check ((value > 0) <= (value_unit_id is not null))
);
create unique index claim_hold_once on wallets.claim_payout (municipality_id, hold_id) where hold_id is not null;

create table wallets.claim_end (
    municipality_id int not null,
    claim_id uuid not null,
    how text not null check (how in ('refused', 'withdrawn')),
    reason text check (length(reason) <= 200),
    ended_at timestamptz not null,
    ended_by uuid not null,
    constraint claim_ended_once primary key (municipality_id, claim_id),
    constraint claim_end_claim foreign key (municipality_id, claim_id) references wallets.claim,
    constraint claim_refusal_has_a_reason check (how <> 'refused' or reason is not null)
);

create table wallets.claim_batch (
    municipality_id int not null,
    batch_id uuid not null,
    scheme_id uuid not null,
    payable_by date not null,
    made_at timestamptz not null,
    made_by uuid not null,
    constraint claim_batch_pkey primary key (municipality_id, batch_id),
    constraint claim_batch_scheme foreign key (municipality_id, scheme_id) references rules.scheme
);
create index claim_batch_by_time on wallets.claim_batch (municipality_id, made_at, batch_id);

create table wallets.claim_batch_item (
    municipality_id int not null,
    batch_id uuid not null,
    claim_id uuid not null,
    constraint claim_batch_item_pkey primary key (municipality_id, batch_id, claim_id),
    constraint claim_batch_item_batch foreign key (municipality_id, batch_id) references wallets.claim_batch,
    constraint claim_batch_item_payout foreign key (municipality_id, claim_id) references wallets.claim_payout
);

create table wallets.claim_batch_approval (
    municipality_id int not null,
    batch_id uuid not null,
    approved_at timestamptz not null,
    approved_by uuid not null,
    constraint claim_batch_approved_once primary key (municipality_id, batch_id),
    constraint claim_batch_approval_batch foreign key (municipality_id, batch_id) references wallets.claim_batch
);

create table wallets.claim_booking (
    municipality_id int not null,
    claim_id uuid not null,
    batch_id uuid not null,
    entry_id uuid not null,
    redemption_id uuid not null,
    constraint claim_booked_once primary key (municipality_id, claim_id),
    constraint claim_booking_entry_once unique (municipality_id, entry_id),
    constraint claim_booking_item foreign key (municipality_id, batch_id, claim_id) references wallets.claim_batch_item,
    constraint claim_booking_approval foreign key (municipality_id, batch_id) references wallets.claim_batch_approval,
    constraint claim_booking_entry foreign key (municipality_id, entry_id) references ledger.journal_entry,
    constraint claim_booking_redemption foreign key (municipality_id, redemption_id) references wallets.redemption
);

create table wallets.year_end_run (
    municipality_id int not null,
    run_id uuid not null,
    kind text not null check (kind in ('year_end', 'wind_down')),
    scheme_id uuid not null,
    edition_id uuid not null,
    year_of date not null,
    year_first date not null,
    year_last date not null,
    closes_on date not null,
    announced_at timestamptz not null,
    announced_by uuid not null,
    constraint year_end_run_pkey primary key (municipality_id, run_id),
    constraint year_end_announced_once unique (municipality_id, scheme_id, kind, year_first),
    constraint year_end_run_scheme foreign key (municipality_id, scheme_id) references rules.scheme,
    constraint year_end_run_edition foreign key (municipality_id, edition_id) references rules.edition,
    constraint closed_after_the_year check (year_of between year_first and year_last and closes_on > year_last)
);

create table wallets.year_end_execution (
    municipality_id int not null,
    run_id uuid not null,
    executed_at timestamptz not null,
    executed_by uuid not null,
    constraint year_end_executed_once primary key (municipality_id, run_id),
    constraint year_end_execution_run foreign key (municipality_id, run_id) references wallets.year_end_run
);

create table wallets.year_end_item (
    municipality_id int not null,
    run_id uuid not null,
    account_id bigint not null,
    item_id uuid not null,
    holder uuid not null,
    lapsed bigint not null check (lapsed >= 0),
    carried bigint not null check (carried >= 0),
    facts jsonb not null,
    closing jsonb not null,
    entry_id uuid,
    constraint year_end_item_pkey primary key (municipality_id, run_id, account_id),
    constraint year_end_item_once unique (municipality_id, item_id),
    constraint year_end_item_execution foreign key (municipality_id, run_id) references wallets.year_end_execution,
    constraint year_end_item_entry foreign key (municipality_id, entry_id) references ledger.journal_entry,
    constraint what_lapses_is_booked check ((lapsed > 0) = (entry_id is not null))
);
create index year_end_item_of_holder on wallets.year_end_item (municipality_id, holder);

create table wallets.carry_choice (
    municipality_id int not null,
    choice_id uuid not null,
    holder uuid not null,
    scheme_id uuid not null,
    edition_id uuid not null,
    decree smallint not null check (decree between 1 and 100),
    chosen boolean not null,
    chosen_at timestamptz not null,
    chosen_by uuid not null,
    constraint carry_choice_pkey primary key (municipality_id, choice_id),
    constraint carry_choice_edition foreign key (municipality_id, edition_id) references rules.edition
);
create index carry_choice_of_holder on wallets.carry_choice (municipality_id, scheme_id, holder, choice_id);

create table wallets.notice (
    municipality_id int not null,
    notice_id uuid not null,
    member_id uuid not null,
    kind text not null check (kind ~ '^[a-z_]{3,32}$'),
    about uuid not null,
    facts jsonb not null,
    told_at timestamptz not null,
    told_by uuid not null,
    constraint notice_pkey primary key (municipality_id, notice_id),
    constraint told_once unique (municipality_id, member_id, kind, about),
    constraint notice_member foreign key (municipality_id, member_id) references community.member
);
create index notice_of_member on wallets.notice (municipality_id, member_id, notice_id);
"""

TABLES = (
    "ledger.hold_lot",
    "wallets.payout_choice",
    "wallets.claim",
    "wallets.claim_payout",
    "wallets.claim_end",
    "wallets.claim_batch",
    "wallets.claim_batch_item",
    "wallets.claim_batch_approval",
    "wallets.claim_booking",
    "wallets.year_end_run",
    "wallets.year_end_execution",
    "wallets.year_end_item",
    "wallets.carry_choice",
    "wallets.notice",
)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), CLAIMS + ddl.append_only(*TABLES) + ddl.walls(*TABLES))
