"""The book: units, accounts, balances, journal, lots, holds, closed months, idempotency keys.

The line table has no foreign keys: two of them cost three quarters of the posting rate. What they would promise is held by the
triggers in ledger/sql (an entry is whole when it arrives, a line's account exists and has its unit) and re-derived by verify.
"""

from alembic import op

from db import ddl

revision = "0001"
down_revision = "0000"

BOOK = """
create schema ledger;

create table ledger.unit (
    municipality_id int not null,
    unit_id smallint not null,
    code text not null check (code ~ '^[a-z][a-z0-9_]{0,15}$'),
    kind text not null check (kind in ('time', 'points', 'currency')),
    scale smallint not null check (scale between 0 and 4),
    purchased boolean not null default false,
    lot_tracked boolean not null,
    issuer text,
    label_ja text not null,
    label_en text not null,
    constraint unit_pkey primary key (municipality_id, unit_id),
    constraint unit_code_once unique (municipality_id, code),
    constraint time_has_no_lots check (kind <> 'time' or (not lot_tracked and scale = 0)),
    constraint purchased_has_issuer check (not purchased or issuer is not null)
);

create sequence ledger.account_number as bigint;

create table ledger.account (
    municipality_id int not null,
    account_id bigint not null default nextval('ledger.account_number'),
    unit_id smallint not null,
    kind text not null check (kind in
        ('appropriation', 'budget', 'wallet', 'payable', 'paid_out', 'lapsed', 'exchange', 'pot', 'opening')),
    holder uuid,
    floor bigint,
    ceiling bigint,
    lot_tracked boolean not null,
    opened_at timestamptz not null default clock_timestamp(),
    constraint account_pkey primary key (municipality_id, account_id),
    constraint account_once unique nulls not distinct (municipality_id, kind, unit_id, holder),
    constraint account_unit foreign key (municipality_id, unit_id) references ledger.unit,
    constraint hard_budget check (kind <> 'budget' or (floor is not null and floor = 0)),
    constraint held_to_a_floor check (kind not in ('wallet', 'pot', 'payable', 'lapsed', 'paid_out') or floor is not null),
    constraint lots_never_negative check (not lot_tracked or (floor is not null and floor >= 0)),
    constraint lots_in_wallets check (not lot_tracked or kind in ('wallet', 'pot'))
);

create table ledger.account_close (
    municipality_id int not null,
    account_id bigint not null,
    closed_at timestamptz not null default clock_timestamp(),
    actor uuid,
    constraint account_close_pkey primary key (municipality_id, account_id),
    constraint account_close_account foreign key (municipality_id, account_id) references ledger.account
);

create table ledger.balance (
    municipality_id int not null,
    account_id bigint not null,
    unit_id smallint not null,
    lot_tracked boolean not null,
    floor bigint,
    ceiling bigint,
    posted bigint not null default 0,
    held bigint not null default 0,
    version bigint not null default 0,
    last_recorded_at timestamptz not null default '-infinity',
    constraint balance_pkey primary key (municipality_id, account_id),
    constraint floor_holds check (posted - held >= floor),
    constraint ceiling_holds check (posted <= ceiling),
    constraint held_is_not_negative check (held >= 0)
) with (fillfactor = 70);

create table ledger.journal_entry (
    municipality_id int not null,
    entry_id uuid not null,
    kind text not null check (kind ~ '^[a-z_]{3,32}$'),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    booked_on date not null,
    lines smallint not null,
    cause_kind text not null check (cause_kind ~ '^[a-z_]{3,32}$'),
    cause_id uuid not null,
    actor uuid,
    acting_for uuid,
    reverses uuid,
    memo text check (length(memo) <= 1000),
    constraint journal_entry_pkey primary key (municipality_id, entry_id),
    constraint entry_cause_once unique (municipality_id, cause_id, kind),
    constraint entry_has_two_lines check (lines >= 2)
);
create unique index reverse_once on ledger.journal_entry (municipality_id, reverses) where reverses is not null;
create index journal_entry_booked on ledger.journal_entry using brin (booked_on);

create table ledger.journal_line (
    municipality_id int not null,
    account_id bigint not null,
    account_version bigint not null,
    entry_id uuid not null,
    line_no smallint not null,
    unit_id smallint not null,
    amount bigint not null check (amount <> 0),
    balance_after bigint not null,
    constraint journal_line_pkey primary key (municipality_id, account_id, account_version),
    constraint entry_whole unique (municipality_id, entry_id, line_no)
);

create table ledger.lot (
    municipality_id int not null,
    lot_id uuid not null,
    account_id bigint not null,
    entry_id uuid not null,
    line_no smallint not null,
    origin_attendance uuid,
    funding_account bigint,
    edition_id uuid,
    granted_on date not null,
    expires_on date not null default 'infinity',
    amount bigint not null check (amount > 0),
    remaining bigint not null,
    parent_lot uuid,
    constraint lot_pkey primary key (municipality_id, lot_id),
    constraint lots_cover check (remaining between 0 and amount)
) with (fillfactor = 90);
create index lot_line on ledger.lot (municipality_id, entry_id, line_no);
create index lot_oldest on ledger.lot (municipality_id, account_id, expires_on, granted_on, lot_id) where remaining > 0;
create index lot_children on ledger.lot (municipality_id, parent_lot) where parent_lot is not null;

create table ledger.lot_move (
    municipality_id int not null,
    entry_id uuid not null,
    line_no smallint not null,
    lot_id uuid not null,
    amount bigint not null check (amount <> 0),
    constraint lot_move_pkey primary key (municipality_id, entry_id, line_no, lot_id)
);
create index lot_move_lot on ledger.lot_move (municipality_id, lot_id);

create table ledger.hold (
    municipality_id int not null,
    hold_id uuid not null,
    account_id bigint not null,
    amount bigint not null check (amount > 0),
    placed_at timestamptz not null,
    expires_at timestamptz not null,
    cause_kind text not null check (cause_kind ~ '^[a-z_]{3,32}$'),
    cause_id uuid not null,
    actor uuid,
    constraint hold_pkey primary key (municipality_id, hold_id),
    constraint hold_cause_once unique (municipality_id, cause_id, cause_kind)
);
create index hold_account on ledger.hold (municipality_id, account_id, expires_at);

create table ledger.hold_resolution (
    municipality_id int not null,
    hold_id uuid not null,
    kind text not null check (kind in ('confirm', 'release', 'expire')),
    entry_id uuid,
    amount bigint not null check (amount >= 0),
    resolved_at timestamptz not null,
    actor uuid,
    constraint hold_once primary key (municipality_id, hold_id),
    constraint confirm_names_its_entry check ((kind = 'confirm') = (entry_id is not null and amount > 0)),
    constraint hold_resolution_hold foreign key (municipality_id, hold_id) references ledger.hold
);

create table ledger.period_close (
    municipality_id int not null,
    month date not null check (extract(day from month) = 1),
    closed_at timestamptz not null default clock_timestamp(),
    actor uuid,
    roll_forward jsonb not null,
    constraint period_closed primary key (municipality_id, month)
);

create table ledger.idempotency (
    municipality_id int not null,
    caller uuid not null,
    key text not null check (length(key) between 1 and 200),
    request_sha256 bytea not null,
    status smallint not null,
    response bytea not null,
    recorded_at timestamptz not null default clock_timestamp(),
    constraint key_once primary key (municipality_id, caller, key)
);
"""

TABLES = (
    "ledger.unit",
    "ledger.account",
    "ledger.account_close",
    "ledger.journal_entry",
    "ledger.journal_line",
    "ledger.lot_move",
    "ledger.hold",
    "ledger.hold_resolution",
    "ledger.period_close",
    "ledger.idempotency",
)
PROJECTIONS = ("ledger.balance", "ledger.lot")  # balance whole, and lot.remaining: changed by triggers alone


def upgrade() -> None:
    ddl.run_script(op.get_bind(), BOOK + ddl.append_only(*TABLES) + ddl.walls(*TABLES, *PROJECTIONS))
