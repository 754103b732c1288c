-- The one way to lock balances: in id order, so that two postings never wait for each other in a circle. It also keeps months
-- from being closed while a posting is under way (closing takes the same advisory lock alone). The rows come back as they are
-- after the wait, with the clock of that moment.

create or replace function ledger.lock_balances(account_ids bigint[])
returns table (
    account_id bigint, unit_id smallint, unit text, kind text, lot_tracked boolean, floor bigint, ceiling bigint,
    posted bigint, held bigint, version bigint, last_recorded_at timestamptz, closed boolean, clock timestamptz
)
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_material = off
set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off rows 1000 as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('ledger.period'), db.municipality());
    perform from ledger.balance b
    where b.municipality_id = (select db.municipality()) and b.account_id = any (account_ids)
    order by b.account_id
    for no key update;
    -- a statement of its own: its snapshot is taken after the wait, so an account closed meanwhile is seen as closed
    return query
    select b.account_id, b.unit_id, u.code, a.kind, b.lot_tracked, b.floor, b.ceiling, b.posted, b.held, b.version, b.last_recorded_at,
        exists (
            select from ledger.account_close x
            where x.municipality_id = a.municipality_id and x.account_id = a.account_id
        ),
        clock_timestamp()
    from ledger.balance b
    join ledger.account a on a.municipality_id = b.municipality_id and a.account_id = b.account_id
    join ledger.unit u on u.municipality_id = b.municipality_id and u.unit_id = b.unit_id
    where b.municipality_id = (select db.municipality()) and b.account_id = any (account_ids);
end $$;
