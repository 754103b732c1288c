"""What the office keeps: roles for an area, the second person who confirms a role, corrections that two people make."""

from alembic import op

from db import ddl

revision = "0016"
down_revision = "0015"

ROLES = """
alter table community.principal
    add column area_id uuid,
    add column needs_second boolean not null default false,
    add constraint principal_area foreign key (municipality_id, area_id) references community.area,
    add constraint area_is_a_coordinators check (area_id is null or role = 'coordinator');

create table community.principal_confirmation (
    municipality_id int not null,
    principal_id uuid not null,
    confirmed_at timestamptz not null,
    confirmed_by uuid not null,
    constraint role_confirmed_once primary key (municipality_id, principal_id),
    constraint confirmation_principal foreign key (municipality_id, principal_id) references community.principal,
    constraint confirmation_by foreign key (municipality_id, confirmed_by) references community.principal
);
"""

CORRECTIONS = """
create table wallets.correction_wish (
    municipality_id int not null,
    wish_id uuid not null,
    entry_id uuid not null,
    reason text not null check (length(reason) between 1 and 1000),
    absorb_spent boolean not null,
    asked_at timestamptz not null,
    asked_by uuid not null,
    constraint correction_wish_pkey primary key (municipality_id, wish_id),
    constraint correction_wish_entry foreign key (municipality_id, entry_id) references ledger.journal_entry
);

create table wallets.correction_decision (
    municipality_id int not null,
    wish_id uuid not null,
    correction_id uuid,
    reason text check (length(reason) between 1 and 200),
    decided_at timestamptz not null,
    decided_by uuid not null,
    constraint correction_decided_once primary key (municipality_id, wish_id),
    constraint correction_decision_wish foreign key (municipality_id, wish_id) references wallets.correction_wish,
    constraint correction_decision_correction foreign key (municipality_id, correction_id) references wallets.correction,
    constraint corrected_or_refused check ((correction_id is null) <> (reason is null))
);
"""

KEPT = ("community.principal_confirmation", "wallets.correction_wish", "wallets.correction_decision")


def upgrade() -> None:
    ddl.run_script(op.get_bind(), ROLES + CORRECTIONS + ddl.append_only(*KEPT) + ddl.walls(*KEPT))
