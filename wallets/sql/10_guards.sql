-- The second guard of what spending promises. The first one is in wallets/ and flows/; both carry the same names.

-- Every redemption is of an entry that takes just this amount from a wallet (or, for help, from the pot), and names the
-- attendances behind it: by the attendance of the help received, by the origins that it lists, or by the lots that its entry
-- consumed. Purchased value has no attendance behind it, and needs none.
create or replace function wallets.on_redemption() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    taken bigint;
    traced bigint;
begin
    select coalesce(sum(-l.amount), 0) into taken
    from ledger.journal_line l
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
    where l.municipality_id = new.municipality_id and l.entry_id = new.entry_id and l.unit_id = new.unit_id and l.amount < 0
        and (a.kind = 'wallet' and a.holder = new.holder or a.kind = 'pot' and new.kind = 'help');
    if taken <> new.amount then
        perform db.refuse('redemption_of_its_entry', format('%s of %s left the holder', taken, new.amount));
    end if;
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

-- What stands behind a redemption is known when it is made, and not added afterwards.
create or replace function wallets.on_redemption_origin() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from wallets.redemption r
        where r.municipality_id = new.municipality_id and r.redemption_id = new.redemption_id
    ) then
        perform db.refuse('redemption_traced', format('an origin after redemption %s', new.redemption_id));
    end if;
    return null;
end $$;

-- A pay code pays what its holder agreed to: their points, the unit, the limit, in time.
create or replace function wallets.on_pay_code_use() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.pay_code c
    join wallets.redemption r on r.municipality_id = new.municipality_id and r.redemption_id = new.redemption_id
    where c.municipality_id = new.municipality_id and c.pay_code_id = new.pay_code_id
        and r.kind = 'purchase' and r.holder = c.member_id and r.unit_id = c.unit_id and r.amount <= c.amount_max
        and new.used_at <= c.expires_at;
    if not found then
        perform db.refuse('pay_code_covers', format('pay code %s does not cover its use', new.pay_code_id));
    end if;
    return null;
end $$;

-- An undo and a correction name the entry that reverses theirs.
create or replace function wallets.on_undo() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.redemption r
    join ledger.journal_entry e on e.municipality_id = new.municipality_id and e.entry_id = new.entry_id
    where r.municipality_id = new.municipality_id and r.redemption_id = new.redemption_id and e.reverses = r.entry_id;
    if not found then
        perform db.refuse('undo_reverses', format('entry %s does not reverse redemption %s', new.entry_id, new.redemption_id));
    end if;
    return null;
end $$;

-- What a correction leaves standing is what its reversal does not take back: all of it where nothing of a grant was left.
create or replace function wallets.on_correction() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    standing bigint;
begin
    perform from ledger.journal_entry e
    where e.municipality_id = new.municipality_id and e.entry_id = new.reversal_id and e.reverses = new.entry_id;
    if new.reversal_id is not null and not found then
        perform db.refuse('correction_reverses', format('entry %s does not reverse %s', new.reversal_id, new.entry_id));
    end if;
    perform from ledger.lot t
    where t.municipality_id = new.municipality_id and t.entry_id = new.entry_id having count(*) > 0 and sum(t.remaining) = 0;
    if new.reversal_id is null and not found then
        perform db.refuse('correction_reverses', format('something of entry %s is left to take back', new.entry_id));
    end if;
    select sum(case when l.entry_id = new.entry_id then greatest(l.amount, 0) else least(l.amount, 0) end) into standing
    from ledger.journal_line l
    where l.municipality_id = new.municipality_id and l.entry_id in (new.entry_id, new.reversal_id);
    if standing is distinct from new.shortfall then
        perform db.refuse('correction_reverses', format('%s of entry %s stand, not %s', standing, new.entry_id, new.shortfall));
    end if;
    return null;
end $$;

-- Who applied or proposed does not decide (community.refuse_same_person).
create or replace function wallets.on_application_decision() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_same_person(a.municipality_id, a.applied_by, new.decided_by)
    from wallets.application a
    where a.municipality_id = new.municipality_id and a.application_id = new.application_id;
    return null;
end $$;

create or replace function wallets.on_settlement_approval() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_same_person(s.municipality_id, s.proposed_by, new.approved_by)
    from wallets.settlement s
    where s.municipality_id = new.municipality_id and s.settlement_id = new.settlement_id;
    return null;
end $$;

create or replace function wallets.on_application_return() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.application a
    join wallets.application_decision d on d.municipality_id = a.municipality_id and d.application_id = a.application_id
    where a.municipality_id = new.municipality_id and a.application_id = new.application_id and d.approved
        and new.amount <= a.amount;
    if not found then
        perform db.refuse('return_fits', format('application %s was not paid that much', new.application_id));
    end if;
    return null;
end $$;

-- The list is made when the batch is proposed; a payment is its item, to the yen.
create or replace function wallets.on_settlement_item() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.settlement_approval a
    where a.municipality_id = new.municipality_id and a.settlement_id = new.settlement_id;
    if found then
        perform db.refuse('settled_once', format('an item after the approval of settlement %s', new.settlement_id));
    end if;
    return null;
end $$;

create or replace function wallets.on_settlement_payment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.settlement_approval a
    join wallets.settlement_item i on i.municipality_id = a.municipality_id and i.settlement_id = a.settlement_id
    join ledger.journal_line l on l.municipality_id = i.municipality_id and l.entry_id = new.entry_id
        and l.account_id = i.account_id and l.amount = -i.amount
    where a.municipality_id = new.municipality_id and a.settlement_id = new.settlement_id and i.account_id = new.account_id;
    if not found then
        perform db.refuse('payment_is_its_item', format('entry %s does not pay its item', new.entry_id));
    end if;
    return null;
end $$;

-- Nothing expires before its last day in Japan is over.
create or replace function wallets.on_expiry_execution() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.expiry_run r
    where r.municipality_id = new.municipality_id and r.run_id = new.run_id
        and (new.executed_at at time zone 'Asia/Tokyo')::date > r.expires_by;
    if not found then
        perform db.refuse('expiry_after_the_day', format('run %s comes before its day is over', new.run_id));
    end if;
    return null;
end $$;

create or replace trigger redemption_traced after insert on wallets.redemption
    for each row execute function wallets.on_redemption();
create or replace trigger redemption_traced after insert on wallets.redemption_origin
    for each row execute function wallets.on_redemption_origin();
create or replace trigger pay_code_covers after insert on wallets.pay_code_use
    for each row execute function wallets.on_pay_code_use();
create or replace trigger undo_reverses after insert on wallets.undo
    for each row execute function wallets.on_undo();
create or replace trigger correction_reverses after insert on wallets.correction
    for each row execute function wallets.on_correction();
create or replace trigger two_people after insert on wallets.application_decision
    for each row execute function wallets.on_application_decision();
create or replace trigger return_fits after insert on wallets.application_return
    for each row execute function wallets.on_application_return();
create or replace trigger two_people after insert on wallets.settlement_approval
    for each row execute function wallets.on_settlement_approval();
create or replace trigger settled_once after insert on wallets.settlement_item
    for each row execute function wallets.on_settlement_item();
create or replace trigger payment_is_its_item after insert on wallets.settlement_payment
    for each row execute function wallets.on_settlement_payment();
create or replace trigger expiry_after_the_day after insert on wallets.expiry_execution
    for each row execute function wallets.on_expiry_execution();
