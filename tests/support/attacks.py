"""Statements that somebody who holds the service's own database role may try, and who has to refuse them."""

from __future__ import annotations

NOT_ALLOWED = "42501"  # insufficient_privilege, and rows that a policy keeps out
UNHELD = "not exists (select from ledger.hold_resolution r where r.hold_id = h.hold_id)"
A_GIFT = "(select entry_id from ledger.journal_entry where kind = 'gift' order by recorded_at limit 1)"
LOT = "insert into ledger.lot (municipality_id, lot_id, account_id, entry_id, line_no, granted_on, amount, remaining)"
LINE = """
    insert into ledger.journal_line
        (municipality_id, account_id, account_version, entry_id, line_no, unit_id, amount, balance_after)
"""
ENTRY = """
    insert into ledger.journal_entry
        (municipality_id, entry_id, kind, occurred_at, recorded_at, booked_on, lines, cause_kind, cause_id)
    values (1, gen_random_uuid(), 'forged', now(), clock_timestamp(), '2026-06-09', {lines}, 'test', gen_random_uuid())
"""
RESOLUTION = "insert into ledger.hold_resolution (municipality_id, hold_id, kind, entry_id, amount, resolved_at)"
ACCOUNT = "insert into ledger.account (municipality_id, unit_id, kind, holder, floor, lot_tracked)"
CLOSE = "insert into ledger.period_close (municipality_id, month, closed_at, roll_forward)"

# what is tried: by which statement -> who refuses
ATTACKS: dict[str, tuple[str, str]] = {
    # the journal
    "an entry without lines": (ENTRY.format(lines=2), "entry_whole"),
    "an entry of one line": (ENTRY.format(lines=1), "entry_has_two_lines"),
    "a lone line": (
        f"{LINE} select municipality_id, account_id, version + 1, gen_random_uuid(), 1, unit_id, 5, posted + 5 "
        "from ledger.balance where unit_id = 1 limit 1",
        "entry_balances",
    ),
    "a pair of lines of no entry": (
        f"""
        with id as materialized (select gen_random_uuid() as entry_id), two as (
            select b.*, row_number() over (order by account_id) as nth from ledger.balance b where unit_id = 1 and version > 0 limit 2
        )
        {LINE}
        select municipality_id, account_id, version + 1, entry_id, nth, unit_id, n.amount, posted + n.amount
        from two join (values (1, -5), (2, 5)) n (nth, amount) using (nth) cross join id
        """,
        "entry_whole",
    ),
    "a pair of lines added to an old entry": (
        f"""
        with two as (
            select b.*, row_number() over (order by account_id) as nth from ledger.balance b where unit_id = 1 and version > 0 limit 2
        )
        {LINE}
        select municipality_id, account_id, version + 1, {A_GIFT}, nth + 2, unit_id, n.amount, posted + n.amount
        from two join (values (1, -5), (2, 5)) n (nth, amount) using (nth)
        """,
        "entry_whole",
    ),
    "a line of an entry once more": (
        f"""
        with two as (
            select b.*, row_number() over (order by account_id) as nth from ledger.balance b where unit_id = 1 and version > 0 limit 2
        )
        {LINE}
        select municipality_id, account_id, version + 1, {A_GIFT}, nth, unit_id, n.amount, posted + n.amount
        from two join (values (1, -5), (2, 5)) n (nth, amount) using (nth)
        """,
        "entry_whole",
    ),
    "a line changed by a second insert": (
        "insert into ledger.journal_line select * from ledger.journal_line on conflict on constraint journal_line_pkey "
        "do update set amount = 1",
        NOT_ALLOWED,
    ),
    # lots
    "a second lot beside an old line": (
        f"{LOT} select municipality_id, gen_random_uuid(), account_id, entry_id, line_no, granted_on, amount, amount "
        "from ledger.lot where parent_lot is null limit 1",
        "lots_cover",
    ),
    "a lot beside no line": (f"{LOT} values (1, gen_random_uuid(), 1, gen_random_uuid(), 1, now(), 5, 5)", "lots_cover"),
    "moves between lots beside an old line": (
        f"""
        insert into ledger.lot_move (municipality_id, entry_id, line_no, lot_id, amount)
        select 1, {A_GIFT}, 1, t.lot_id, n.amount
        from (values (1, 2), (2, -2)) n (nth, amount)
        join (
            select t.lot_id, row_number() over (order by t.remaining = t.amount, t.remaining desc) as nth
            from ledger.lot t join ledger.journal_line l on l.entry_id = {A_GIFT} and l.line_no = 1 and l.account_id = t.account_id
            where t.remaining > 2 and t.lot_id not in (select lot_id from ledger.lot_move where entry_id = {A_GIFT})
        ) t on t.nth = n.nth
        """,
        "lots_cover",
    ),
    "another lot takes the place of one": (
        "merge into ledger.lot t using ledger.lot o on o.lot_id = t.lot_id when matched then update set expires_on = 'infinity'",
        NOT_ALLOWED,
    ),
    # balances and accounts
    "a forged balance": ("update ledger.balance set posted = 1000000", NOT_ALLOWED),
    "a balance of one's own making": (
        "insert into ledger.balance (municipality_id, account_id, unit_id, lot_tracked, posted) values (1, 99999, 1, false, 5)",
        NOT_ALLOWED,
    ),
    "a wallet without a floor": (f"{ACCOUNT} values (1, 1, 'wallet', gen_random_uuid(), null, false)", "held_to_a_floor"),
    "a budget that may be overspent": (f"{ACCOUNT} values (1, 2, 'budget', gen_random_uuid(), -5, false)", "hard_budget"),
    "a wallet of points without lots": (f"{ACCOUNT} values (1, 2, 'wallet', gen_random_uuid(), 0, false)", "lots_cover"),
    "an account of another town": (f"{ACCOUNT} values (2, 1, 'wallet', gen_random_uuid(), 0, false)", NOT_ALLOWED),
    "a full account closed": (
        "insert into ledger.account_close (municipality_id, account_id) "
        "select municipality_id, account_id from ledger.balance where posted > 0 limit 1",
        "close_empty",
    ),
    # holds
    "a hold confirmed by no entry": (
        f"{RESOLUTION} select municipality_id, hold_id, 'confirm', gen_random_uuid(), 1, now() from ledger.hold h where {UNHELD}",
        "hold_once",
    ),
    "a hold confirmed by another's entry": (
        f"""
        {RESOLUTION}
        select municipality_id, hold_id, 'confirm', (select entry_id from ledger.journal_entry where kind = 'grant' limit 1), 1, now()
        from ledger.hold h where {UNHELD}
        """,
        "hold_once",
    ),
    "a hold released with an amount": (
        f"{RESOLUTION} select municipality_id, hold_id, 'release', null, 5, now() from ledger.hold h where {UNHELD}",
        "hold_once",
    ),
    "a hold on no account": (
        "insert into ledger.hold (municipality_id, hold_id, account_id, amount, placed_at, expires_at, cause_kind, cause_id) "
        "values (1, gen_random_uuid(), 99999, 5, now(), now(), 'test', gen_random_uuid())",
        "hold_once",
    ),
    "a hold of more than there is": (
        "insert into ledger.hold (municipality_id, hold_id, account_id, amount, placed_at, expires_at, cause_kind, cause_id) "
        "select 1, gen_random_uuid(), account_id, 1000000, now(), now(), 'test', gen_random_uuid() "
        "from ledger.balance where floor = 0 limit 1",
        "floor_holds",
    ),
    # months
    "a month closed out of turn": (f"{CLOSE} values (1, '2099-01-01', clock_timestamp(), '[]')", "period_closed"),
    "a month closed at another time": (f"{CLOSE} values (1, '2026-05-01', '2030-01-01', '[]')", "period_closed"),
    # the guards and the walls
    "triggers off for the session": ("select set_config('session_replication_role', 'replica', true)", NOT_ALLOWED),
    "a trigger off": ("alter table ledger.journal_line disable trigger lines_arrive", NOT_ALLOWED),
    "a trigger off in a block": (
        "do $$ begin execute 'alter table ledger.lot disable trigger all'; end $$",
        NOT_ALLOWED,
    ),
    "a trigger dropped": ("drop trigger append_only on ledger.journal_line", NOT_ALLOWED),
    "a trigger of one's own": (
        "create trigger mine after insert on ledger.lot for each row execute function db.append_only()",
        NOT_ALLOWED,
    ),
    "a rule of one's own": ("create rule mine as on insert to ledger.lot do instead nothing", NOT_ALLOWED),
    "a policy of one's own": ("create policy mine on ledger.lot using (true)", NOT_ALLOWED),
    "walls off": ("alter table ledger.lot disable row level security", NOT_ALLOWED),
    "a guard replaced": (
        "create or replace function ledger.on_lines() returns trigger language plpgsql as 'begin return null; end'",
        NOT_ALLOWED,
    ),
    "a function in the ground": ("create function db.mine() returns int language sql as 'select 1'", NOT_ALLOWED),
    "a schema": ("create schema mine", NOT_ALLOWED),
    "a table in public": ("create table public.mine (a int)", NOT_ALLOWED),
    "the owner's role": ("set local role yui_owner", NOT_ALLOWED),
    "the superuser's role": ("set local role postgres", NOT_ALLOWED),
    "membership of the owner": ("grant yui_owner to yui_app", NOT_ALLOWED),
    "passing by the walls": ("alter role yui_app bypassrls", NOT_ALLOWED),
    "owning a table": ("alter table ledger.balance owner to yui_app", NOT_ALLOWED),
    "dropping a table": ("drop table ledger.lot", NOT_ALLOWED),
    "a program on the server": ("copy ledger.lot to program 'true'", NOT_ALLOWED),
    "a file on the server": ("select pg_read_file('pg_hba.conf')", NOT_ALLOWED),
    "a lock on everything": ("lock table ledger.journal_entry in access exclusive mode", NOT_ALLOWED),
    "numbers of accounts set back": ("select setval('ledger.account_number', 1)", NOT_ALLOWED),
    "which files are in force": ("insert into db.sql_file (path, sha256) values ('x', 'y')", NOT_ALLOWED),
    "a municipality": ("insert into community.municipality (municipality_id, code, name) values (9, '000000', 'x')", NOT_ALLOWED),
}  # fmt: skip
