"""The ground: which municipality a transaction belongs to, how a guard refuses, and what append-only means."""

from alembic import op

from db import ddl

revision = "0000"
down_revision = None

GROUND = """
create function db.municipality() returns int language sql stable parallel safe as
$$ select nullif(current_setting('yui.municipality', true), '')::int $$;

create function db.refuse(invariant text, detail text) returns void language plpgsql as $$
begin
    raise exception using errcode = 'YU001', constraint = invariant, message = invariant || ': ' || detail;
end $$;

create function db.append_only() returns trigger language plpgsql as $$
begin
    perform db.refuse('append_only', format('%s on %I.%I', tg_op, tg_table_schema, tg_table_name));
    return null;
end $$;

create table db.sql_file (
    path text primary key,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
);
"""


def upgrade() -> None:
    ddl.run_script(op.get_bind(), GROUND)
