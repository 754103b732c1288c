-- The second guard of holds that name their lots; the first one is in ledger/holds.py and ledger/decide.py. A hold's lots are its
-- whole amount, of its account, and arrive with it at once; as long as it is open, nobody else takes from them.

create or replace function ledger.on_hold_lots() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
    bad record;
begin
    select n.hold_id into bad
    from (select municipality_id, hold_id, count(*) as lots, sum(amount) as amount from new_hold_lots group by 1, 2) n
    left join ledger.hold h on h.municipality_id = n.municipality_id and h.hold_id = n.hold_id
    where (
        h.amount = n.amount and n.lots = (
            select count(*) from ledger.hold_lot x where x.municipality_id = n.municipality_id and x.hold_id = n.hold_id
        )
    ) is not true limit 1;
    if found then
        perform db.refuse('hold_keeps_its_lots', format('the lots of hold %s are not its whole', bad.hold_id));
    end if;
    select n.lot_id into bad
    from new_hold_lots n
    join ledger.hold h on h.municipality_id = n.municipality_id and h.hold_id = n.hold_id
    left join ledger.lot t on t.municipality_id = n.municipality_id and t.lot_id = n.lot_id
    where (
        t.account_id = h.account_id and t.remaining >= (
            select sum(x.amount)
            from ledger.hold_lot x
            left join ledger.hold_resolution r on r.municipality_id = x.municipality_id and r.hold_id = x.hold_id
            where x.municipality_id = n.municipality_id and x.lot_id = n.lot_id and r.hold_id is null
        )
    ) is not true limit 1;
    if found then
        perform db.refuse('hold_keeps_its_lots', format('lot %s does not hold that much', bad.lot_id));
    end if;
    return null;
end $$;

-- After what is left of the lots was derived: the name of the trigger comes after that one's.
create or replace function ledger.on_moves_of_named_lots() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_bitmapscan = off as $$
declare
    bad record;
begin
    select n.lot_id into bad
    from new_moves n
    where n.amount < 0 and exists (
        select from ledger.hold_lot x where x.municipality_id = n.municipality_id and x.lot_id = n.lot_id
    ) and (
        select t.remaining from ledger.lot t where t.municipality_id = n.municipality_id and t.lot_id = n.lot_id
    ) < coalesce((
        select sum(x.amount)
        from ledger.hold_lot x
        left join ledger.hold_resolution r on r.municipality_id = x.municipality_id and r.hold_id = x.hold_id
        where x.municipality_id = n.municipality_id and x.lot_id = n.lot_id and r.hold_id is null
    ), 0) limit 1;
    if found then
        perform db.refuse('hold_keeps_its_lots', format('lot %s is reserved by name', bad.lot_id));
    end if;
    return null;
end $$;

create or replace trigger named_lots_arrive after insert on ledger.hold_lot
    referencing new table as new_hold_lots for each statement execute function ledger.on_hold_lots();
create or replace trigger named_lots_stay after insert on ledger.lot_move
    referencing new table as new_moves for each statement execute function ledger.on_moves_of_named_lots();
