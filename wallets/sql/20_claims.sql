-- The second guard of what claims promise. The first one is in flows/claim.py and flows/claim_batch.py, under the same names.

-- What a claim was decided to take is reserved, lot by lot, on the claimant's wallet and for this claim.
create or replace function wallets.on_claim_payout() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    wrong bigint;
begin
    perform from wallets.claim_end e where e.municipality_id = new.municipality_id and e.claim_id = new.claim_id;
    if found then
        perform db.refuse('claim_ended_once', format('claim %s had ended', new.claim_id));
    end if;
    if new.outcome = 'nothing' then
        return null;
    end if;
    perform from ledger.hold h
    join ledger.account a on a.municipality_id = h.municipality_id and a.account_id = h.account_id
    join wallets.claim c on c.municipality_id = h.municipality_id and c.claim_id = new.claim_id
    where h.municipality_id = new.municipality_id and h.hold_id = new.hold_id and h.amount = new.amount
        and h.cause_kind = 'claim' and h.cause_id = new.claim_id
        and a.kind = 'wallet' and a.holder = c.holder and a.unit_id = new.unit_id;
    if not found then
        perform db.refuse('claim_holds_what_it_takes', format('claim %s and its hold differ', new.claim_id));
    end if;
    select count(*) into wrong
    from (
        select x.lot_id, x.amount from ledger.hold_lot x
        where x.municipality_id = new.municipality_id and x.hold_id = new.hold_id
    ) held
    full join (
        select cast(t.taken ->> 'holding_id' as uuid) as lot_id, cast(t.taken ->> 'amount' as bigint) as amount
        from jsonb_array_elements(new.payout -> 'taken') t (taken)
        where cast(t.taken ->> 'amount' as bigint) > 0
    ) said on said.lot_id = held.lot_id and said.amount = held.amount
    where held.lot_id is null or said.lot_id is null;
    if wrong > 0 then
        perform db.refuse('claim_holds_what_it_takes', format('%s lots of claim %s are not those it takes', wrong, new.claim_id));
    end if;
    return null;
end $$;

-- A claim ends or is booked, never both; and when it ends, what it reserved is free.
create or replace function wallets.on_claim_end() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.claim_booking b where b.municipality_id = new.municipality_id and b.claim_id = new.claim_id;
    if found then
        perform db.refuse('claim_ended_once', format('claim %s is booked', new.claim_id));
    end if;
    perform from wallets.claim_payout p
    left join ledger.hold_resolution r on r.municipality_id = p.municipality_id and r.hold_id = p.hold_id
    where p.municipality_id = new.municipality_id and p.claim_id = new.claim_id
        and (p.outcome = 'nothing' or r.hold_id is null);
    if found then
        perform db.refuse('claim_ended_once', format('claim %s was decided against, or still reserves', new.claim_id));
    end if;
    return null;
end $$;

-- The list is made when the batch is: claims of its scheme that pay something, by its day.
create or replace function wallets.on_claim_batch_item() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.claim_batch b
    join wallets.claim c on c.municipality_id = b.municipality_id and c.claim_id = new.claim_id and c.scheme_id = b.scheme_id
    join wallets.claim_payout p on p.municipality_id = c.municipality_id and p.claim_id = c.claim_id
        and p.outcome = 'paid' and p.payable_from <= b.payable_by
    left join wallets.claim_batch_approval a on a.municipality_id = b.municipality_id and a.batch_id = b.batch_id
    where b.municipality_id = new.municipality_id and b.batch_id = new.batch_id and a.batch_id is null;
    if not found then
        perform db.refuse('batch_as_listed', format('claim %s does not belong to batch %s', new.claim_id, new.batch_id));
    end if;
    return null;
end $$;

create or replace function wallets.on_claim_batch_approval() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    batch wallets.claim_batch;
begin
    select b.* into batch from wallets.claim_batch b
    where b.municipality_id = new.municipality_id and b.batch_id = new.batch_id;
    perform community.refuse_same_person(new.municipality_id, batch.made_by, new.approved_by);
    if cast(new.approved_at at time zone 'Asia/Tokyo' as date) < batch.payable_by then
        perform db.refuse('payable_from_its_day', format('batch %s is payable on %s', new.batch_id, batch.payable_by));
    end if;
    return null;
end $$;

-- What is booked is the claim: just its lots, through the hold that kept them, to whom it is owed; by an approver who neither
-- made the claim nor is its claimant.
create or replace function wallets.on_claim_booking() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    claimed record;
    wrong bigint;
begin
    select c.holder, c.claimed_by, p.amount, p.value, p.value_unit_id, p.payee, p.hold_id, a.approved_by,
        (
            select m.member_id from community.principal m
            where m.municipality_id = c.municipality_id and m.principal_id = a.approved_by
        ) as approver
    into claimed
    from wallets.claim c
    join wallets.claim_payout p on p.municipality_id = c.municipality_id and p.claim_id = c.claim_id
    join wallets.claim_batch_approval a on a.municipality_id = c.municipality_id and a.batch_id = new.batch_id
    where c.municipality_id = new.municipality_id and c.claim_id = new.claim_id;
    if claimed.approved_by = claimed.claimed_by or claimed.approver = claimed.holder then
        perform db.refuse('two_people', format('claim %s is approved by its claimant', new.claim_id));
    end if;
    perform from wallets.claim_end e where e.municipality_id = new.municipality_id and e.claim_id = new.claim_id;
    if found then
        perform db.refuse('claim_ended_once', format('claim %s had ended', new.claim_id));
    end if;
    perform from ledger.journal_entry e
    join ledger.hold_resolution r on r.municipality_id = e.municipality_id and r.hold_id = claimed.hold_id
        and r.kind = 'confirm' and r.entry_id = e.entry_id and r.amount = claimed.amount
    join wallets.redemption d on d.municipality_id = e.municipality_id and d.entry_id = e.entry_id
        and d.redemption_id = new.redemption_id and d.kind = 'conversion' and d.holder = claimed.holder and d.amount = claimed.amount
    where e.municipality_id = new.municipality_id and e.entry_id = new.entry_id and e.kind = 'conversion'
        and e.cause_kind = 'claim' and e.cause_id = new.claim_id;
    if not found then
        perform db.refuse('claim_booked_as_held', format('entry %s does not book claim %s', new.entry_id, new.claim_id));
    end if;
    select count(*) into wrong
    from (
        select x.lot_id, x.amount from ledger.hold_lot x
        where x.municipality_id = new.municipality_id and x.hold_id = claimed.hold_id
    ) held
    full join (
        select m.lot_id, -m.amount as amount from ledger.lot_move m
        where m.municipality_id = new.municipality_id and m.entry_id = new.entry_id
    ) moved on moved.lot_id = held.lot_id and moved.amount = held.amount
    where held.lot_id is null or moved.lot_id is null;
    if wrong > 0 or coalesce((
        select sum(l.amount)
        from ledger.journal_line l
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id and a.kind = 'payable'
        where l.municipality_id = new.municipality_id and l.entry_id = new.entry_id and a.holder = claimed.payee
            and l.unit_id = claimed.value_unit_id
    ), 0) <> (case when claimed.payee is null then 0 else claimed.value end) then
        perform db.refuse('claim_booked_as_held', format('entry %s pays otherwise than claim %s says', new.entry_id, new.claim_id));
    end if;
    return null;
end $$;

create or replace trigger claim_holds_what_it_takes after insert on wallets.claim_payout
    for each row execute function wallets.on_claim_payout();
create or replace trigger claim_ended_once after insert on wallets.claim_end
    for each row execute function wallets.on_claim_end();
create or replace trigger batch_as_listed after insert on wallets.claim_batch_item
    for each row execute function wallets.on_claim_batch_item();
create or replace trigger two_people after insert on wallets.claim_batch_approval
    for each row execute function wallets.on_claim_batch_approval();
create or replace trigger claim_booked_as_held after insert on wallets.claim_booking
    for each row execute function wallets.on_claim_booking();
