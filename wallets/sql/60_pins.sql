-- The second guards of spending at devices: who worked there, and the PIN of a card above the town's limit.

create or replace function wallets.on_redemption_at_device() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.kind = 'purchase' and community.works_at(new.municipality_id, new.actor, new.holder, new.redeemed_at) then
        perform db.refuse('nobody_confirms_oneself', format('redemption %s is of whoever works at the till', new.redemption_id));
    end if;
    return null;
end $$;

create or replace trigger nobody_confirms_oneself after insert on wallets.redemption
    for each row execute function wallets.on_redemption_at_device();

create or replace function wallets.on_redemption_operator() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.redemption r
    join community.shift w on w.municipality_id = r.municipality_id and w.shift_id = new.shift_id and w.device_id = r.actor
    where r.municipality_id = new.municipality_id and r.redemption_id = new.redemption_id;
    if not found then
        perform db.refuse('operator_of_the_device', format('%s was not made in shift %s', new.redemption_id, new.shift_id));
    end if;
    return null;
end $$;

create or replace trigger operator_of_the_device after insert on wallets.redemption_operator
    for each row execute function wallets.on_redemption_operator();

create or replace function wallets.on_undo_operator() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.undo u
    join community.shift w on w.municipality_id = u.municipality_id and w.shift_id = new.shift_id and w.device_id = u.actor
    where u.municipality_id = new.municipality_id and u.redemption_id = new.redemption_id;
    if not found then
        perform db.refuse('operator_of_the_device', format('%s was not undone in shift %s', new.redemption_id, new.shift_id));
    end if;
    return null;
end $$;

create or replace trigger operator_of_the_device after insert on wallets.undo_operator
    for each row execute function wallets.on_undo_operator();

-- A proof of a PIN is the holder's own, in force then, and was typed at the device that took the points, whose key stood.
create or replace function wallets.on_redemption_pin() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.redemption r
    join community.device d on d.municipality_id = r.municipality_id and d.principal_id = r.actor
    join community.device_key k on k.municipality_id = r.municipality_id and k.key_id = new.key_id and k.principal_id = r.actor
    join community.card_pin n on n.municipality_id = r.municipality_id and n.pin_id = new.pin_id and n.member_id = r.holder
    where r.municipality_id = new.municipality_id and r.redemption_id = new.redemption_id and r.kind = 'purchase'
        and new.given_at = r.redeemed_at
        and not exists (
            select from community.card_pin l
            where l.municipality_id = n.municipality_id and l.member_id = n.member_id
                and (l.set_at, l.pin_id) > (n.set_at, n.pin_id)
        )
        and not exists (
            select from community.device_key_end e where e.municipality_id = k.municipality_id and e.key_id = k.key_id
        );
    if not found then
        perform db.refuse('card_pin_of_the_holder', format('no PIN of the holder for redemption %s', new.redemption_id));
    end if;
    return null;
end $$;

create or replace trigger card_pin_of_the_holder after insert on wallets.redemption_pin
    for each row execute function wallets.on_redemption_pin();

-- How much cards pay without a PIN on one day in Japan, in whole units: 500 where the town set nothing else.
create or replace function wallets.card_limit(town int, moment timestamptz) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
    return coalesce(
        (
            select l.amount from wallets.card_limit l
            where l.municipality_id = town and l.in_force_from <= moment order by l.in_force_from desc limit 1
        ),
        500
    );
end $$;

-- Asked when the transaction ends: a purchase is made first, and what it was paid with is written beside it.
create or replace function wallets.on_card_purchase() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    today date := (new.redeemed_at at time zone 'Asia/Tokyo')::date;
    spent bigint;
    allowed bigint;
begin
    if new.kind <> 'purchase' or exists (
        select from wallets.pay_code_use c
        where c.municipality_id = new.municipality_id and c.redemption_id = new.redemption_id
    ) or exists (
        select from wallets.redemption_pin n
        where n.municipality_id = new.municipality_id and n.redemption_id = new.redemption_id
    ) then
        return null;
    end if;
    select coalesce(sum(r.amount), 0) into spent
    from wallets.redemption r
    where r.municipality_id = new.municipality_id and r.holder = new.holder and r.unit_id = new.unit_id
        and r.kind = 'purchase' and r.redeemed_at >= (today::timestamp at time zone 'Asia/Tokyo')
        and r.redeemed_at < ((today + 1)::timestamp at time zone 'Asia/Tokyo')
        and not exists (
            select from wallets.pay_code_use c where c.municipality_id = r.municipality_id and c.redemption_id = r.redemption_id
        )
        and not exists (
            select from wallets.redemption_pin n where n.municipality_id = r.municipality_id and n.redemption_id = r.redemption_id
        )
        and not exists (
            select from ledger.journal_entry e where e.municipality_id = r.municipality_id and e.reverses = r.entry_id
        );
    select wallets.card_limit(new.municipality_id, new.redeemed_at) * (10 ^ u.scale)::bigint into allowed
    from ledger.unit u where u.municipality_id = new.municipality_id and u.unit_id = new.unit_id;
    if spent > allowed then
        perform db.refuse('card_pin_needed', format('cards paid %s without a PIN, %s are allowed', spent, allowed));
    end if;
    return null;
end $$;

drop trigger if exists card_pin_needed on wallets.redemption;
create constraint trigger card_pin_needed after insert on wallets.redemption deferrable initially deferred
    for each row execute function wallets.on_card_purchase();
