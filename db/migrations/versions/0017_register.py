"""What a device's queue says of its sending, who made each way in, and the session by which a pay code was made.

A link says besides what its record told: by which method, when by the device's clock, which scan it takes back; and in whose turn the
device sent it. A token says who made it, an entrance always did; a second officer writes down to have seen what was made for others.
A pay code names the session that showed it, and is over with it. The guards are in community/sql/50_openings.sql and
wallets/sql/45_pay_codes.sql.
"""

from alembic import op

from db import ddl

revision = "0017"
down_revision = "0016"

QUEUES = """
alter table activities.queue_link
    add column method text check (method in ('card', 'manual', 'retract')),
    add column told_at timestamptz,
    add column takes_back uuid,
    add column sent_in_shift uuid,
    add constraint queue_link_shift foreign key (municipality_id, sent_in_shift) references community.shift;

alter table activities.scan_conflict
    add column sent_in_shift uuid,
    add constraint scan_conflict_shift foreign key (municipality_id, sent_in_shift) references community.shift;
"""

OPENINGS = """
alter table community.token
    add column token_id uuid not null default gen_random_uuid(),
    add column made_by uuid,
    add constraint token_id_once unique (municipality_id, token_id),
    add constraint token_maker foreign key (municipality_id, made_by) references community.principal;

create table community.opening_seen (
    municipality_id int not null,
    opening_id uuid not null,
    seen_at timestamptz not null,
    seen_by uuid not null,
    constraint opening_seen_once primary key (municipality_id, opening_id),
    constraint opening_seen_by foreign key (municipality_id, seen_by) references community.principal
);
"""

PAY_CODES = """
alter table wallets.pay_code
    add column session_id uuid,
    add constraint pay_code_session foreign key (municipality_id, session_id) references community.session;
"""

KEPT = ("community.opening_seen",)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), QUEUES + OPENINGS + PAY_CODES + ddl.append_only(*KEPT) + ddl.walls(*KEPT))
