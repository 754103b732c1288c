-- The second guard of points that somebody spends for a member: whoever acts was let, and gains nothing by it.

create or replace function wallets.on_acted_redemption() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.kind not in ('donation', 'pledge') then
        return null;
    end if;
    perform community.refuse_stranger(new.municipality_id, new.actor, new.holder, new.acting_for, 'spend', new.redeemed_at);
    if new.kind = 'pledge' and new.acting_for is not null and exists (
        select from community.principal p
        where p.municipality_id = new.municipality_id and p.principal_id = new.actor and p.role = 'member'
    ) then
        perform community.refuse_own_gain(new.municipality_id, new.actor, new.counterparty);
    end if;
    return null;
end $$;

create or replace trigger acting_stands after insert on wallets.redemption
    for each row execute function wallets.on_acted_redemption();

create or replace function wallets.on_acted_claim() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from community.principal p
    where p.municipality_id = new.municipality_id and p.principal_id = new.claimed_by and p.role = 'member';
    if not found then
        return null;
    end if;
    perform community.refuse_stranger(new.municipality_id, new.claimed_by, new.holder, new.acting_for, 'spend', new.claimed_at);
    if new.acting_for is not null and new.directed_to is not null then
        perform community.refuse_own_gain(new.municipality_id, new.claimed_by, new.directed_to);
    end if;
    return null;
end $$;

create or replace trigger acting_stands after insert on wallets.claim
    for each row execute function wallets.on_acted_claim();

create or replace function wallets.on_acted_pay_code() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_stranger(
        new.municipality_id, new.issued_by, new.member_id,
        (
            select new.member_id from community.principal p
            where p.municipality_id = new.municipality_id and p.principal_id = new.issued_by
                and p.member_id is distinct from new.member_id
        ),
        'spend', new.issued_at
    );
    return null;
end $$;

create or replace trigger acting_stands after insert on wallets.pay_code
    for each row execute function wallets.on_acted_pay_code();

-- Nobody takes points at their own counter, nor at the till at which they work, with a code that they made in another's name; and
-- such a code is over with the permission by which it was made.
create or replace function wallets.on_acted_pay_code_use() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    maker uuid;
    holder uuid;
begin
    select c.issued_by, c.member_id into maker, holder
    from wallets.pay_code c
    join community.principal p on p.municipality_id = c.municipality_id and p.principal_id = c.issued_by and p.role = 'member'
    where c.municipality_id = new.municipality_id and c.pay_code_id = new.pay_code_id
        and p.member_id is distinct from c.member_id;
    if not found then
        return null;
    end if;
    if exists (
        select from wallets.redemption r
        left join wallets.redemption_operator o
            on o.municipality_id = r.municipality_id and o.redemption_id = r.redemption_id
        left join community.shift s on s.municipality_id = o.municipality_id and s.shift_id = o.shift_id
        where r.municipality_id = new.municipality_id and r.redemption_id = new.redemption_id and (
            community.same_person(r.municipality_id, maker, r.actor)
            or s.operator_id is not null and community.same_person(r.municipality_id, maker, s.operator_id)
        )
    ) then
        perform db.refuse('no_self_dealing', format('pay code %s was made by whoever takes it', new.pay_code_id));
    end if;
    if not community.acts_for(new.municipality_id, maker, holder, 'spend', new.used_at) then
        perform db.refuse('acting_stands', format('%s does not act for %s any more', maker, holder));
    end if;
    return null;
end $$;

create or replace trigger no_self_dealing after insert on wallets.pay_code_use
    for each row execute function wallets.on_acted_pay_code_use();
