"""What somebody with all rights might alter in a busy book, in SQL, and the check of the audit that has to name it."""

from __future__ import annotations

from tests.support.towns import OTHER_TOWN

A_GRANT = "(select entry_id from ledger.journal_entry where kind = 'grant' order by recorded_at limit 1)"
A_GIFT = "(select entry_id from ledger.journal_entry where kind = 'gift' order by recorded_at limit 1)"
A_REVERSAL = "(select entry_id from ledger.journal_entry where reverses is not null order by recorded_at limit 1)"
A_CHILD = "(select lot_id from ledger.lot where parent_lot is not null order by lot_id limit 1)"
PAIR_MORE = "update ledger.journal_line set amount = amount + sign(amount) where entry_id = "

# the check that names it -> what was done, by what was done
ALTERATIONS: dict[str, tuple[str, ...]] = {
    "entry_balances: one line more": (f"{PAIR_MORE} {A_GRANT} and line_no = 2",),
    "entry_balances: another unit": (f"update ledger.journal_line set unit_id = 1 where entry_id = {A_GRANT} and line_no = 2",),
    "entry_whole: a line gone": (f"delete from ledger.journal_line where entry_id = {A_GRANT} and line_no = 2",),
    "entry_whole: told otherwise": (f"update ledger.journal_entry set lines = 3 where entry_id = {A_GRANT}",),
    "entry_whole: entry gone": (f"delete from ledger.journal_entry where entry_id = {A_GRANT}",),
    "entry_whole: a pair added": (
        f"""
        insert into ledger.journal_line
            (municipality_id, account_id, account_version, entry_id, line_no, unit_id, amount, balance_after)
        select municipality_id, account_id, version + 1, {A_GRANT}, nth + 2, unit_id, amount, posted + amount
        from (
            select b.*, n.nth, n.amount from (values (1, 5), (2, -5)) n (nth, amount)
            cross join lateral (
                select * from ledger.balance where unit_id = 1 and municipality_id = 1 order by account_id offset n.nth limit 1
            ) b
        ) pair
        """,
    ),
    "line_unit: another unit on both lines": (f"update ledger.journal_line set unit_id = 1 where entry_id = {A_GRANT}",),
    "versions_gapless: both lines more": (f"{PAIR_MORE} {A_GRANT}",),
    "versions_gapless: a version skipped": (
        """
        update ledger.journal_line set account_version = account_version + 1000 where (account_id, account_version) in (
            select account_id, max(account_version) from ledger.journal_line group by account_id
        )
        """,
    ),
    "versions_gapless: recorded later": (
        f"update ledger.journal_entry set recorded_at = recorded_at + interval '1 hour' where entry_id = {A_GIFT}",
    ),
    "versions_gapless: another balance after": (
        f"update ledger.journal_line set balance_after = balance_after + 1 where entry_id = {A_GIFT}",
    ),
    "balance_is_last_line: more posted": ("update ledger.balance set posted = posted + 1 where version > 0",),
    "balance_is_last_line: another version": ("update ledger.balance set version = version + 1 where version > 0",),
    "balance_is_last_line: recorded before": ("update ledger.balance set last_recorded_at = '2020-01-01' where version > 0",),
    "balance_is_last_line: recorded without lines": ("update ledger.balance set last_recorded_at = now() where version = 0",),
    "balance_is_last_line: gone": ("delete from ledger.balance where version > 5",),
    "balance_is_last_line: tracked otherwise": ("update ledger.balance set lot_tracked = false where lot_tracked",),
    "floor_holds: the balance's floor": ("update ledger.balance set floor = -1000 where floor = 0",),
    "floor_holds: no floor": ("update ledger.balance set floor = null where floor = -600",),
    "floor_holds: both floors": (
        "alter table ledger.balance drop constraint floor_holds",
        "update ledger.account set floor = 100 where floor = -600",
        "update ledger.balance set floor = 100 where floor = -600",
    ),
    "floor_holds: below it for a while": (
        """
        update ledger.account set floor = -9 where account_id =
            (select account_id from ledger.journal_line where unit_id = 1 and balance_after < -9 limit 1)
        """,
        "update ledger.balance b set floor = a.floor from ledger.account a where a.account_id = b.account_id and a.floor = -9 "
        "and b.posted >= -9",
    ),
    "ceiling_holds: the balance's ceiling": ("update ledger.balance set ceiling = null where ceiling is not null",),
    "ceiling_holds: both ceilings": (
        "alter table ledger.balance drop constraint ceiling_holds",
        "update ledger.account set ceiling = 10 where ceiling is not null",
        "update ledger.balance set ceiling = 10 where ceiling is not null",
    ),
    "held: more": ("update ledger.balance set held = held + 1 where held > 0",),
    "held: a resolution gone": ("delete from ledger.hold_resolution where kind = 'expire'",),
    "held: a hold gone": ("delete from ledger.hold where hold_id not in (select hold_id from ledger.hold_resolution)",),
    "hold_once: twice": (
        "alter table ledger.hold_resolution drop constraint hold_once",
        """
        insert into ledger.hold_resolution (municipality_id, hold_id, kind, amount, resolved_at)
        select municipality_id, hold_id, 'release', 0, now() from ledger.hold_resolution where kind = 'confirm'
        """,
    ),
    "hold_once: more than was held": ("update ledger.hold_resolution set amount = amount + 1000 where kind = 'confirm'",),
    "hold_once: by another's entry": (f"update ledger.hold_resolution set entry_id = {A_GRANT} where kind = 'confirm'",),
    "reverse_once: twice": (
        "drop index ledger.reverse_once",
        f"update ledger.journal_entry set reverses = (select reverses from ledger.journal_entry where entry_id = {A_REVERSAL}) "
        "where kind = 'expiry'",
    ),
    "reverse_once: a reversal reversed": (
        f"update ledger.journal_entry set reverses = {A_REVERSAL} where kind = 'expiry'",
    ),
    "reverse_once: the original gone": (
        f"delete from ledger.journal_entry where entry_id = (select reverses from ledger.journal_entry where entry_id = {A_REVERSAL})",
    ),
    "reverse_mirrors: more than it was": (f"{PAIR_MORE} {A_REVERSAL}",),
    "reverse_mirrors: less on one side": (
        f"update ledger.journal_line set amount = amount - sign(amount) where entry_id = {A_REVERSAL} and line_no = 1",
    ),
    "reverse_mirrors: another account": (
        f"update ledger.journal_line set account_id = 1, account_version = 999 where entry_id = {A_REVERSAL} and line_no = 1",
    ),
    "key_once: a cause booked twice": (
        "alter table ledger.journal_entry drop constraint entry_cause_once",
        f"update ledger.journal_entry set cause_id = (select cause_id from ledger.journal_entry where entry_id = {A_GRANT}) "
        "where kind = 'grant'",
    ),
    "close_empty: closed while something is in it": (
        "insert into ledger.account_close (municipality_id, account_id) "
        "select municipality_id, account_id from ledger.balance where posted > 0 limit 1",
    ),
    "lots_cover: more in the balance": ("update ledger.balance set posted = posted + 1 where lot_tracked and version > 0",),
    "lots_cover: less remains": ("update ledger.lot set remaining = remaining - 1 where remaining > 0",),
    "lots_cover_remaining: shifted between lots of one wallet": (
        """
        update ledger.lot t set remaining = remaining + s.by from (
            select min(cast(lot_id as text)) as lot_id, -1 as by from ledger.lot
            where remaining > 1 and remaining = amount group by account_id having count(*) > 2
            union all
            select max(cast(lot_id as text)), 1 from ledger.lot
            where remaining > 1 and remaining = amount group by account_id having count(*) > 2
        ) s where cast(t.lot_id as text) = s.lot_id and t.remaining + s.by <= t.amount
        """,
    ),
    "lots_cover_remaining: a move gone": ("delete from ledger.lot_move where amount < 0",),
    "lots_cover_lines: a lot on another's account": (
        f"update ledger.lot set account_id = (select max(account_id) from ledger.lot) where entry_id = {A_GRANT}",
    ),
    "lots_cover_lines: a lot beside no line": (f"update ledger.lot set line_no = 1 where entry_id = {A_GRANT}",),
    "lots_cover_lines: a larger lot": (
        f"update ledger.lot set amount = amount + 1, remaining = remaining + 1 where entry_id = {A_GRANT}",
    ),
    "lots_cover_lines: a lot gone": (f"delete from ledger.lot where entry_id = {A_GRANT}",),
    "lots_cover_lines: more taken here, put back there": (
        f"""
        insert into ledger.lot_move (municipality_id, entry_id, line_no, lot_id, amount)
        select t.municipality_id, {A_GIFT}, 1, t.lot_id, n.amount
        from (values (1, 3), (2, -3)) n (nth, amount)
        join (
            select t.municipality_id, t.lot_id, row_number() over (order by t.lot_id) as nth
            from ledger.lot t join ledger.journal_line l on l.entry_id = {A_GIFT} and l.line_no = 1 and l.account_id = t.account_id
            where t.lot_id not in (select lot_id from ledger.lot_move where entry_id = {A_GIFT})
        ) t on t.nth = n.nth
        """,
    ),
    "lots_cover_fresh: a gift that forgot where it came from": (f"update ledger.lot set parent_lot = null where lot_id = {A_CHILD}",),
    "lots_cover_origin: another expiry": (f"update ledger.lot set expires_on = 'infinity' where lot_id = {A_CHILD}",),
    "lots_cover_origin: another attendance": (
        f"update ledger.lot set origin_attendance = gen_random_uuid() where lot_id = {A_CHILD}",
    ),
    "lots_cover_origin: another funding": (f"update ledger.lot set funding_account = 1 where lot_id = {A_CHILD}",),
    "lots_cover_origin: no such parent": (f"update ledger.lot set parent_lot = gen_random_uuid() where lot_id = {A_CHILD}",),
    "lots_cover_carried: from a lot that was not taken": (
        f"""
        update ledger.lot c set parent_lot = p.lot_id, origin_attendance = p.origin_attendance,
            funding_account = p.funding_account, granted_on = p.granted_on, expires_on = p.expires_on
        from (select * from ledger.lot where remaining = amount and parent_lot is null order by lot_id desc limit 1) p
        where c.lot_id = {A_CHILD}
        """,
    ),
    "hold_keeps_its_lots: more of them than was held": ("update ledger.hold_lot set amount = amount + 1",),
    "hold_keeps_its_lots: spent meanwhile": (
        "update ledger.lot set remaining = 0 where lot_id in (select lot_id from ledger.hold_lot)",
    ),
    "reverse_mirrors_lots: put back elsewhere": (
        f"""
        update ledger.lot_move m set lot_id = (
            select t.lot_id from ledger.lot t join ledger.lot o on o.account_id = t.account_id
            where o.lot_id = m.lot_id and t.lot_id <> o.lot_id order by t.lot_id limit 1
        ) where entry_id = {A_REVERSAL} and amount > 0
        """,
    ),
    "append_only: a trigger switched off": ("alter table ledger.journal_line disable trigger append_only",),
    "append_only: a trigger dropped": ("drop trigger append_only_truncate on ledger.lot_move",),
    "append_only: a trigger that does less": (
        "drop trigger append_only on ledger.journal_line",
        "create trigger append_only before delete on ledger.journal_line for each row execute function db.append_only()",
    ),
    "append_only: a right too many": ("grant update on ledger.balance to yui_app",),
    "append_only: the auditor may truncate": ("grant truncate on ledger.hold to yui_auditor",),
    "append_only: the service joins the owner": ("grant yui_owner to yui_app",),
    "append_only: the service passes walls": ("alter role yui_app bypassrls",),
    "tenant_walls: no row level security": ("alter table ledger.journal_line disable row level security",),
    "tenant_walls: not on the owner": ("alter table ledger.journal_line no force row level security",),
    "tenant_walls: a second policy": ("create policy peep on ledger.journal_line for select using (true)",),
    "tenant_walls: another policy": ("alter policy tenant_walls on ledger.journal_line using (true)",),
    "tenant_walls: no policy": ("drop policy tenant_walls on ledger.lot",),
    "guards_in_place: a trigger switched off": ("alter table ledger.journal_line disable trigger lines_arrive",),
    "guards_in_place: a trigger for replicas": ("alter table ledger.lot enable replica trigger lots_arrive",),
    "guards_in_place: a constraint dropped": ("alter table ledger.balance drop constraint floor_holds",),
    "guards_in_place: an index dropped": ("drop index ledger.reverse_once",),
    "guards_in_place: a key dropped": ("alter table ledger.idempotency drop constraint key_once",),
    "guards_in_place: a guard that guards nothing": (
        "create or replace function ledger.on_lines() returns trigger language plpgsql as 'begin return null; end'",
    ),
    "guards_in_place: append-only that lets pass": (
        "create or replace function db.append_only() returns trigger language plpgsql as 'begin return new; end'",
    ),
    "tenant_walls_rows: an account in another town": (
        f"update ledger.account set municipality_id = {OTHER_TOWN} "
        "where account_id = (select max(account_id) from ledger.balance where version > 0)",
    ),
    "tenant_walls_rows: funded by no account": ("update ledger.lot set funding_account = 999999999",),
    "tenant_walls_rows: a move of another town's lot": (
        f"update ledger.lot set municipality_id = {OTHER_TOWN} where lot_id = (select lot_id from ledger.lot_move limit 1)",
    ),
    "period_closed: booked into it afterwards": (
        "update ledger.journal_entry set booked_on = '2026-04-20' where kind = 'expiry'",
    ),
    "period_closed: before the first closed month": (
        "update ledger.journal_entry set booked_on = '2026-01-20' where kind = 'expiry'",
    ),
    "period_closed: a month left out": (
        "insert into ledger.period_close (municipality_id, month, roll_forward) values (1, '2026-06-01', '[]')",
    ),
    "roll_forward: an older entry moved into it": (
        f"update ledger.journal_entry set booked_on = '2026-05-01' where entry_id = {A_GRANT}",
    ),
    "roll_forward: another figure kept": (
        "update ledger.period_close set roll_forward = jsonb_set(roll_forward, '{0,closing}', '1')",
    ),
    "roll_forward: a row of it gone": ("update ledger.period_close set roll_forward = roll_forward - 0",),
}  # fmt: skip
