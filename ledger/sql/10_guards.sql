-- The second guard of what is in entries. The first one is ledger/decide.py; both carry the same names.
--
-- Balances, held amounts and what remains of a lot are written by these guards and nowhere else: the service may insert lines,
-- moves, holds and resolutions, and PostgreSQL derives the rest. Each function looks at all rows of one statement at once.
-- Sequential scans are off inside them, because a plan made while a table was empty would be kept for as long as the connection
-- lives. Where a row is looked for, not finding it refuses: what stands behind another wall is not seen.

create or replace function ledger.on_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from new_accounts n
        join ledger.unit u on u.municipality_id = n.municipality_id and u.unit_id = n.unit_id
        where n.lot_tracked <> (u.lot_tracked and n.kind in ('wallet', 'pot'))
    ) then
        perform db.refuse('lots_cover', 'an account of a lot-tracked unit says otherwise');
    end if;
    insert into ledger.balance (municipality_id, account_id, unit_id, lot_tracked, floor, ceiling)
    select municipality_id, account_id, unit_id, lot_tracked, floor, ceiling from new_accounts;
    return null;
end $$;

create or replace function ledger.on_entries() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_bitmapscan = off as $$
declare
    bad record;
begin
    select n.entry_id into bad from new_entries n
    where (
        select l.line_no from ledger.journal_line l
        where l.municipality_id = n.municipality_id and l.entry_id = n.entry_id and l.line_no = 1
    ) is null limit 1;
    if found then
        perform db.refuse('entry_whole', format('entry %s has no lines', bad.entry_id));
    end if;
    select n.entry_id, p.month into bad
    from (
        select municipality_id, date_trunc('month', booked_on)::date as month, (array_agg(entry_id))[1] as entry_id
        from new_entries group by 1, 2
    ) n
    join ledger.period_close p on p.municipality_id = n.municipality_id and p.month >= n.month limit 1;
    if found then
        perform db.refuse('period_closed', format('entry %s is booked into %s, which is closed', bad.entry_id, bad.month));
    end if;
    if (select min(recorded_at) from new_entries) < now() - interval '1 minute' then
        perform db.refuse('versions_gapless', 'an entry says that it was recorded before');
    end if;
    return null;
end $$;

create or replace function ledger.on_lines() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_bitmapscan = off as $$
declare
    bad record;
    latest timestamptz;
begin
    select n.entry_id into bad from new_lines n group by n.entry_id, n.unit_id having sum(n.amount) <> 0 limit 1;
    if found then
        perform db.refuse('entry_balances', format('the lines of entry %s do not sum to zero', bad.entry_id));
    end if;

    select n.entry_id into bad
    from (
        select municipality_id, entry_id, count(*) as lines, min(line_no) as first_no, max(line_no) as last_no
        from new_lines group by 1, 2
    ) n
    where (
        n.first_no = 1 and n.last_no = n.lines and n.lines = (
            select e.lines from ledger.journal_entry e
            where e.municipality_id = n.municipality_id and e.entry_id = n.entry_id
        )
    ) is not true limit 1;
    if found then
        perform db.refuse('entry_whole', format('entry %s did not arrive once with all its lines', bad.entry_id));
    end if;

    select max((
        select e.recorded_at from ledger.journal_entry e
        where e.municipality_id = n.municipality_id and e.entry_id = n.entry_id
    )) into latest
    from new_lines n where n.line_no = 1;

    select c.account_id, c.account_version into bad
    from (
        select
            municipality_id, account_id, account_version, unit_id, amount, balance_after, entry_id, line_no,
            row_number() over by_account as nth,
            sum(amount) over by_account as moved
        from new_lines
        window by_account as (partition by municipality_id, account_id order by account_version)
    ) c
    left join ledger.balance b on b.municipality_id = c.municipality_id and b.account_id = c.account_id
    where (
        c.account_version = b.version + c.nth and c.balance_after = b.posted + c.moved and c.unit_id = b.unit_id
        and latest > b.last_recorded_at
    ) is not true limit 1;
    if found then
        perform db.refuse(
            'versions_gapless', format('line %s of account %s does not follow the last one', bad.account_version, bad.account_id)
        );
    end if;

    -- a clock that was set back leaves accounts whose last line is ahead of it: these go on from there
    if latest > clock_timestamp() + interval '1 minute' and not exists (
        select from new_lines n
        join ledger.balance b on b.municipality_id = n.municipality_id and b.account_id = n.account_id
        where b.last_recorded_at > latest - interval '1 minute'
    ) then
        perform db.refuse('versions_gapless', 'an entry says that it was recorded later than now');
    end if;

    select n.entry_id, n.line_no into bad
    from new_lines n
    join ledger.balance b on b.municipality_id = n.municipality_id and b.account_id = n.account_id and b.lot_tracked
    where n.amount <> coalesce((
        select sum(t.amount) from ledger.lot t
        where t.municipality_id = n.municipality_id and t.entry_id = n.entry_id and t.line_no = n.line_no
    ), 0) + coalesce((
        select sum(m.amount) from ledger.lot_move m
        where m.municipality_id = n.municipality_id and m.entry_id = n.entry_id and m.line_no = n.line_no
    ), 0) limit 1;
    if found then
        perform db.refuse('lots_cover', format('line %s of entry %s is not covered by lots', bad.line_no, bad.entry_id));
    end if;

    update ledger.balance b
    set posted = b.posted + s.moved, version = s.version, last_recorded_at = latest
    from (
        select municipality_id, account_id, sum(amount)::bigint as moved, max(account_version) as version
        from new_lines group by 1, 2
    ) s
    where b.municipality_id = s.municipality_id and b.account_id = s.account_id;

    -- after the update, whose wait is over when a closing under way is
    if exists (
        select from new_lines n
        join ledger.account_close x on x.municipality_id = n.municipality_id and x.account_id = n.account_id
    ) then
        perform db.refuse('close_empty', 'a line on a closed account');
    end if;
    return null;
end $$;

create or replace function ledger.on_lots() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_bitmapscan = off as $$
declare
    bad record;
begin
    -- a line has all its lots at once, and they are its whole amount: none comes beside them later
    select n.entry_id, n.line_no into bad
    from (
        select municipality_id, entry_id, line_no, min(account_id) as account_id, count(*) as lots, sum(amount) as amount,
            bool_and(remaining = amount) and min(account_id) = max(account_id) as fresh
        from new_lots group by 1, 2, 3
    ) n
    left join ledger.journal_line l on l.municipality_id = n.municipality_id and l.entry_id = n.entry_id
        and l.line_no = n.line_no
    left join ledger.balance b on b.municipality_id = n.municipality_id and b.account_id = n.account_id
    where (
        n.fresh and l.account_id = n.account_id and l.amount = n.amount and b.lot_tracked and n.lots = (
            select count(*) from ledger.lot t
            where t.municipality_id = n.municipality_id and t.entry_id = n.entry_id and t.line_no = n.line_no
        )
    ) is not true limit 1;
    if found then
        perform db.refuse('lots_cover', format('lots beside line %s of entry %s', bad.line_no, bad.entry_id));
    end if;

    if exists (select from new_lots where parent_lot is not null) then
        select n.lot_id into bad
        from new_lots n
        left join ledger.lot p on p.municipality_id = n.municipality_id and p.lot_id = n.parent_lot
        where n.parent_lot is not null and (
            p.lot_id is not null
            and (n.origin_attendance, n.funding_account, n.edition_id, n.granted_on, n.expires_on)
            is not distinct from (p.origin_attendance, p.funding_account, p.edition_id, p.granted_on, p.expires_on)
        ) is not true limit 1;
        if found then
            perform db.refuse('lots_cover', format('lot %s is not what it was carried from', bad.lot_id));
        end if;
        select n.parent_lot into bad
        from (
            select municipality_id, entry_id, parent_lot, sum(amount) as carried
            from new_lots where parent_lot is not null group by 1, 2, 3
        ) n
        where n.carried > coalesce((
            select -sum(m.amount) from ledger.lot_move m
            where m.municipality_id = n.municipality_id and m.lot_id = n.parent_lot and m.entry_id = n.entry_id
        ), 0) limit 1;
        if found then
            perform db.refuse('lots_cover', format('more is carried on from lot %s than was taken', bad.parent_lot));
        end if;
    end if;
    return null;
end $$;

create or replace function ledger.on_lot_moves() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_bitmapscan = off as $$
declare
    bad record;
begin
    -- a line has all its moves at once, all of them one way, and they are its whole amount
    select n.entry_id, n.line_no into bad
    from (
        select municipality_id, entry_id, line_no, count(*) as moves, sum(amount) as amount,
            bool_and(amount > 0) or bool_and(amount < 0) as one_way
        from new_moves group by 1, 2, 3
    ) n
    left join ledger.journal_line l on l.municipality_id = n.municipality_id and l.entry_id = n.entry_id
        and l.line_no = n.line_no
    where (
        n.one_way and l.amount = n.amount and n.moves = (
            select count(*) from ledger.lot_move m
            where m.municipality_id = n.municipality_id and m.entry_id = n.entry_id and m.line_no = n.line_no
        )
    ) is not true limit 1;
    if found then
        perform db.refuse('lots_cover', format('moves beside line %s of entry %s', bad.line_no, bad.entry_id));
    end if;
    select n.lot_id into bad
    from new_moves n
    join ledger.journal_line l on l.municipality_id = n.municipality_id and l.entry_id = n.entry_id and l.line_no = n.line_no
    left join ledger.lot t on t.municipality_id = n.municipality_id and t.lot_id = n.lot_id
    where t.account_id is distinct from l.account_id limit 1;
    if found then
        perform db.refuse('lots_cover', format('lot %s is moved by a line of another account', bad.lot_id));
    end if;
    update ledger.lot t
    set remaining = t.remaining + s.moved
    from (select municipality_id, lot_id, sum(amount)::bigint as moved from new_moves group by 1, 2) s
    where t.municipality_id = s.municipality_id and t.lot_id = s.lot_id;
    return null;
end $$;

create or replace trigger balance_is_last_line after insert on ledger.account
    referencing new table as new_accounts for each statement execute function ledger.on_account();
create or replace trigger entry_arrives after insert on ledger.journal_entry
    referencing new table as new_entries for each statement execute function ledger.on_entries();
create or replace trigger lines_arrive after insert on ledger.journal_line
    referencing new table as new_lines for each statement execute function ledger.on_lines();
create or replace trigger lots_arrive after insert on ledger.lot
    referencing new table as new_lots for each statement execute function ledger.on_lots();
create or replace trigger moves_arrive after insert on ledger.lot_move
    referencing new table as new_moves for each statement execute function ledger.on_lot_moves();
