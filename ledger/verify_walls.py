"""The guards themselves: invariants 3 and 12, and whether everything that PostgreSQL guards with is there, switched on and unchanged.

These questions read the catalogue. A trigger that was switched off for a minute leaves no trace there, but the row that slipped
through does: the other checks find it.
"""

from __future__ import annotations

from importlib.resources import files

from db import migrate, roles
from ledger.checks import Question

PROJECTIONS = ("balance", "lot")  # changed by triggers alone; no role of the service may touch them

GUARDS = (
    ("account", "account_once"),
    ("account", "hard_budget"),
    ("account", "held_to_a_floor"),
    ("account", "lots_in_wallets"),
    ("account", "lots_never_negative"),
    ("account", "balance_is_last_line"),
    ("account_close", "close_empty"),
    ("balance", "balance_pkey"),
    ("balance", "ceiling_holds"),
    ("balance", "floor_holds"),
    ("balance", "held_is_not_negative"),
    ("hold", "hold_cause_once"),
    ("hold", "holds_arrive"),
    ("hold_lot", "hold_lot_pkey"),
    ("hold_lot", "named_lots_arrive"),
    ("hold_resolution", "confirmed_by_its_entry"),
    ("hold_resolution", "hold_once"),
    ("hold_resolution", "resolutions_arrive"),
    ("idempotency", "key_once"),
    ("journal_entry", "entry_arrives"),
    ("journal_entry", "entry_cause_once"),
    ("journal_entry", "entry_has_two_lines"),
    ("journal_entry", "grant_of_standing_decision"),
    ("journal_entry", "journal_entry_pkey"),
    ("journal_entry", "reverse_once"),
    ("journal_line", "entry_whole"),
    ("journal_line", "journal_line_pkey"),
    ("journal_line", "lines_arrive"),
    ("lot", "lot_pkey"),
    ("lot", "lots_arrive"),
    ("lot", "lots_cover"),
    ("lot_move", "lot_move_pkey"),
    ("lot_move", "moves_arrive"),
    ("lot_move", "named_lots_stay"),
    ("period_close", "month_follows"),
    ("period_close", "period_closed"),
)

_TABLES = """
    pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any (cast(:schemas as text[])) and c.relkind in ('r', 'p')
"""
_COUNTED = f"(select c.oid from {_TABLES}) counted"  # noqa: S608 - a constant of this module

_APPEND_ONLY = f"""
    select n.nspname || '.' || c.relname as "table", r.rolname as role, p.privilege
    from pg_roles r
    cross join (select unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) as privilege) p
    cross join {_TABLES}
        and r.rolname = any (cast(:roles as text[])) and has_table_privilege(r.oid, c.oid, p.privilege)
        and not (p.privilege = 'DELETE' and r.rolname = :app and c.relname = any (cast(:erasable as text[])))
    union all
    select n.nspname || '.' || c.relname, null, 'no trigger ' || t.wanted
    from (select unnest(array['append_only', 'append_only_truncate']) as wanted) t
    cross join {_TABLES}
        and c.relname <> all (cast(:mutable as text[])) and not exists (
            select from pg_trigger g join pg_proc f on f.oid = g.tgfoid
            where g.tgrelid = c.oid and g.tgname = t.wanted and g.tgenabled in ('O', 'A') and f.proname = 'append_only'
                and g.tgtype = case t.wanted when 'append_only' then 27 else 34 end
        )
    union all
    select null, r.rolname, 'more rights than it needs'
    from pg_roles r
    where r.rolname = any (cast(:roles as text[]))
        and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or pg_has_role(r.oid, :owner, 'MEMBER'))
    order by 1, 2, 3
"""  # noqa: S608 - constants of this module. 27: before, each row, update or delete; 34: before truncate

_FORCED = f"""
    select n.nspname || '.' || c.relname as "table", c.relrowsecurity as row_level_security, c.relforcerowsecurity as forced, (
        select string_agg(p.polname || ': ' || coalesce(pg_get_expr(p.polqual, p.polrelid), ''), '; ')
        from pg_policy p where p.polrelid = c.oid
    ) as policies
    from {_TABLES}
        and c.relname <> all (cast(:open as text[])) and not (
            c.relrowsecurity and c.relforcerowsecurity and (
                select count(*) = 1 and bool_and(
                    p.polname = 'tenant_walls' and p.polcmd = '*' and p.polpermissive and p.polroles = '{{0}}'
                    and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
                    and regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\\s+', ' ', 'g')
                    = '(NOT (municipality_id IS DISTINCT FROM ( SELECT db.municipality() AS municipality)))'
                )
                from pg_policy p where p.polrelid = c.oid
            )
        )
    order by 1
"""  # noqa: S608 - constants of this module

# What a row names stands behind the same wall: what stands behind another one is not seen here, and so is missing.
_NAMES = """
    select 'journal_line' as "row", l.entry_id || ' ' || l.line_no as id, 'account' as names, cast(l.account_id as text) as missing
    from ledger.journal_line l
    left join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
    where l.municipality_id = (select db.municipality()) and a.account_id is null
    union all
    select 'journal_entry', cast(e.entry_id as text), 'journal_entry', cast(e.reverses as text)
    from ledger.journal_entry e
    left join ledger.journal_entry o on o.municipality_id = e.municipality_id and o.entry_id = e.reverses
    where e.municipality_id = (select db.municipality()) and e.reverses is not null and o.entry_id is null
    union all
    select 'lot', cast(t.lot_id as text), 'account', cast(t.account_id as text)
    from ledger.lot t
    left join ledger.account a on a.municipality_id = t.municipality_id and a.account_id = t.account_id
    where t.municipality_id = (select db.municipality()) and a.account_id is null
    union all
    select 'lot', cast(t.lot_id as text), 'account', cast(t.funding_account as text)
    from ledger.lot t
    left join ledger.account a on a.municipality_id = t.municipality_id and a.account_id = t.funding_account
    where t.municipality_id = (select db.municipality()) and t.funding_account is not null and a.account_id is null
    union all
    select 'lot_move', m.entry_id || ' ' || m.line_no, 'lot', cast(m.lot_id as text)
    from ledger.lot_move m
    left join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
    where m.municipality_id = (select db.municipality()) and t.lot_id is null
    union all
    select 'hold', cast(h.hold_id as text), 'account', cast(h.account_id as text)
    from ledger.hold h
    left join ledger.account a on a.municipality_id = h.municipality_id and a.account_id = h.account_id
    where h.municipality_id = (select db.municipality()) and a.account_id is null
    union all
    select 'account', cast(a.account_id as text), 'unit', cast(a.unit_id as text)
    from ledger.account a
    left join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
    where a.municipality_id = (select db.municipality()) and u.unit_id is null
    order by 1, 2, 3
"""

_GUARDS_IN_PLACE = """
    select g.of_table as "table", g.name as guard, 'missing or switched off' as fault
    from unnest(cast(:guard_tables as text[]), cast(:guard_names as text[])) g (of_table, name)
    where not exists (
        select from pg_constraint k
        where k.conrelid = to_regclass('ledger.' || g.of_table) and k.conname = g.name and k.convalidated
    ) and not exists (
        select from pg_trigger t
        where t.tgrelid = to_regclass('ledger.' || g.of_table) and t.tgname = g.name and t.tgenabled in ('O', 'A')
    ) and not exists (
        select from pg_index i join pg_class x on x.oid = i.indexrelid
        where i.indrelid = to_regclass('ledger.' || g.of_table) and x.relname = g.name and i.indisunique and i.indisvalid
    )
    union all
    select distinct c.relname, f.proname, 'does not say what this version says'
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = any (cast(:schemas as text[]))
    join pg_proc f on f.oid = t.tgfoid
    where not t.tgisinternal and strpos(:texts, f.prosrc) = 0
    order by 1, 2
"""


def questions(
    schemas: tuple[str, ...],
    *,
    mutable: tuple[str, ...],
    open_tables: tuple[str, ...] = (),
    erasable: tuple[str, ...] = (),
    suffix: str,
) -> tuple[Question, ...]:
    """Are the tables of `schemas` append-only but for the `mutable`, and behind walls but for the `open_tables`?

    The service may delete from the `erasable` alone.
    """
    given = {"schemas": list(schemas)}
    rights = {"roles": [roles.APP, roles.AUDITOR], "owner": roles.OWNER, "app": roles.APP, "erasable": list(erasable)}
    return (
        Question(
            name=f"append_only{suffix}",
            counted=_COUNTED,
            differences=_APPEND_ONLY,
            given=given | rights | {"mutable": list(mutable)},
        ),
        Question(name=f"tenant_walls{suffix}", counted=_COUNTED, differences=_FORCED, given=given | {"open": list(open_tables)}),
    )


def of_the_book() -> tuple[Question, ...]:
    """The questions about the ledger's own tables."""
    guards = Question(
        name="guards_in_place",
        counted="unnest(cast(:guard_names as text[]))",
        differences=_GUARDS_IN_PLACE,
        given={
            "guard_tables": [table for table, _ in GUARDS],
            "guard_names": [name for _, name in GUARDS],
            "schemas": ["ledger", "rules", "wallets", "activities", "community", "qr"],
            "texts": _texts(),
        },
    )
    names = Question(
        name="tenant_walls_rows",
        counted="ledger.journal_line where municipality_id = (select db.municipality())",
        differences=_NAMES,
    )
    return (*questions(("ledger",), mutable=PROJECTIONS, suffix=""), guards, names)


def _texts() -> str:
    """Everything that this version puts into the database as functions."""
    ground = files("db") / "migrations" / "versions" / "0000_ground.py"
    return "\n".join([ground.read_text(encoding="utf-8"), *(text for _, text, _ in migrate.sql_files())])
