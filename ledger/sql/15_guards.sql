-- The second guard of what surrounds entries: accounts that are closed, holds and their ends, months that are closed.

create or replace function ledger.on_account_close() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from ledger.balance b
    where b.municipality_id = new.municipality_id and b.account_id = new.account_id and b.posted = 0 and b.held = 0
    for no key update;
    if not found then
        perform db.refuse('close_empty', format('account %s is not empty', new.account_id));
    end if;
    return null;
end $$;

create or replace function ledger.on_holds() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    update ledger.balance b
    set held = b.held + s.amount
    from (select municipality_id, account_id, sum(amount)::bigint as amount from new_holds group by 1, 2) s
    where b.municipality_id = s.municipality_id and b.account_id = s.account_id;
    if (select count(distinct account_id) from new_holds) <> (
        select count(*) from ledger.balance b
        where (b.municipality_id, b.account_id) in (select municipality_id, account_id from new_holds)
    ) then
        perform db.refuse('hold_once', 'a hold on no account');
    end if;
    return null;
end $$;

create or replace function ledger.on_hold_resolutions() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from new_resolutions r join ledger.hold h on h.municipality_id = r.municipality_id and h.hold_id = r.hold_id
        where r.amount > h.amount
    ) then
        perform db.refuse('hold_once', 'more is confirmed than was held');
    end if;
    if exists (select from new_resolutions where kind <> 'confirm' and amount <> 0) then
        perform db.refuse('hold_once', 'an amount, and nothing is confirmed');
    end if;
    if exists (select from new_resolutions where municipality_id is distinct from db.municipality()) then
        perform db.refuse('tenant_walls', 'a resolution behind another wall');
    end if;
    update ledger.balance b
    set held = b.held - s.amount
    from (
        select h.municipality_id, h.account_id, sum(h.amount)::bigint as amount
        from new_resolutions r join ledger.hold h on h.municipality_id = r.municipality_id and h.hold_id = r.hold_id
        group by 1, 2
    ) s
    where b.municipality_id = s.municipality_id and b.account_id = s.account_id;
    return null;
end $$;

-- At the end of the transaction, because the hold is freed before the lines of its entry arrive.
create or replace function ledger.on_confirmed() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
    perform from ledger.hold h
    join ledger.journal_line l on l.municipality_id = h.municipality_id and l.entry_id = new.entry_id and l.account_id = h.account_id
    where h.municipality_id = new.municipality_id and h.hold_id = new.hold_id;
    if not found then
        perform db.refuse('hold_once', format('hold %s is confirmed by no entry of its account', new.hold_id));
    end if;
    return null;
end $$;

-- Months close one after another, at the time they say.
create or replace function ledger.on_period_close() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from ledger.period_close p where p.municipality_id = new.municipality_id and p.month <> new.month
    ) and not exists (
        select from ledger.period_close p
        where p.municipality_id = new.municipality_id and p.month = new.month - interval '1 month'
            and not exists (
                select from ledger.period_close q where q.municipality_id = new.municipality_id and q.month > new.month
            )
    ) then
        perform db.refuse('period_closed', format('month %s does not follow the last closed one', new.month));
    end if;
    if new.closed_at not between now() - interval '1 minute' and clock_timestamp() + interval '1 minute' then
        perform db.refuse('period_closed', format('month %s is closed at another time than now', new.month));
    end if;
    return null;
end $$;

create or replace trigger close_empty after insert on ledger.account_close
    for each row execute function ledger.on_account_close();
create or replace trigger holds_arrive after insert on ledger.hold
    referencing new table as new_holds for each statement execute function ledger.on_holds();
create or replace trigger resolutions_arrive after insert on ledger.hold_resolution
    referencing new table as new_resolutions for each statement execute function ledger.on_hold_resolutions();
create or replace trigger month_follows after insert on ledger.period_close
    for each row execute function ledger.on_period_close();
drop trigger if exists confirmed_by_its_entry on ledger.hold_resolution;
create constraint trigger confirmed_by_its_entry after insert on ledger.hold_resolution deferrable initially deferred
    for each row when (new.kind = 'confirm') execute function ledger.on_confirmed();
