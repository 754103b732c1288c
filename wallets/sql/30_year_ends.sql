-- The second guard of year ends: executed by another person than the one who announced them, after the day, to the point.

create or replace function wallets.on_year_end_execution() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    run wallets.year_end_run;
begin
    select r.* into run from wallets.year_end_run r
    where r.municipality_id = new.municipality_id and r.run_id = new.run_id;
    perform community.refuse_same_person(new.municipality_id, run.announced_by, new.executed_by);
    if cast(new.executed_at at time zone 'Asia/Tokyo' as date) < run.closes_on then
        perform db.refuse('year_end_after_the_day', format('run %s closes on %s', new.run_id, run.closes_on));
    end if;
    return null;
end $$;

-- What somebody lost is the entry that says so: just this amount, from this account, for this item, by lots of this scheme.
create or replace function wallets.on_year_end_item() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.lapsed = 0 then
        return null;
    end if;
    perform from wallets.year_end_run r
    join ledger.journal_entry e on e.municipality_id = r.municipality_id and e.entry_id = new.entry_id and e.kind = r.kind
        and e.cause_kind = 'year_end_item' and e.cause_id = new.item_id
    join ledger.journal_line l on l.municipality_id = e.municipality_id and l.entry_id = e.entry_id
        and l.account_id = new.account_id and l.amount = -new.lapsed
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id and a.holder = new.holder
    where r.municipality_id = new.municipality_id and r.run_id = new.run_id and not exists (
        select from ledger.lot_move m
        join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
        left join rules.edition d on d.municipality_id = t.municipality_id and d.edition_id = t.edition_id
        where m.municipality_id = e.municipality_id and m.entry_id = e.entry_id and d.scheme_id is distinct from r.scheme_id
    );
    if not found then
        perform db.refuse('year_end_is_its_entry', format('entry %s does not book item %s', new.entry_id, new.item_id));
    end if;
    return null;
end $$;

create or replace trigger year_end_after_the_day after insert on wallets.year_end_execution
    for each row execute function wallets.on_year_end_execution();
create or replace trigger year_end_is_its_entry after insert on wallets.year_end_item
    for each row execute function wallets.on_year_end_item();
