-- Every redemption names the attendances behind it: by the attendance of the help received, by the origins that it lists, or by the
-- lots that its entry consumed. Purchased value has no attendance behind it, and needs none.

create or replace function wallets.on_redemption() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    traced bigint;
begin
    if new.attendance_id is not null or exists (
        select from ledger.unit u
        where u.municipality_id = new.municipality_id and u.unit_id = new.unit_id and u.purchased
    ) then
        return null;
    end if;
    select coalesce(sum(-m.amount), 0) into traced
    from ledger.lot_move m
    join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
    where m.municipality_id = new.municipality_id and m.entry_id = new.entry_id and m.amount < 0
        and t.origin_attendance is not null;
    select traced + coalesce(sum(o.amount), 0) into traced
    from wallets.redemption_origin o
    where o.municipality_id = new.municipality_id and o.redemption_id = new.redemption_id;
    if traced < new.amount then
        perform db.refuse(
            'redemption_traced', format('%s of %s come from a matched activity', traced, new.amount)
        );
    end if;
    return null;
end $$;

create or replace trigger redemption_traced after insert on wallets.redemption
    for each row execute function wallets.on_redemption();
