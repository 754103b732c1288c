-- The second guard of "a pay code is over with the session that showed it"; the first one is in flows/purchase.py. A session that
-- proved itself again goes on under another row, and so does its code.
create or replace function wallets.on_pay_code_of_session() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from wallets.pay_code c
    where c.municipality_id = new.municipality_id and c.pay_code_id = new.pay_code_id and c.session_id is not null
        and exists (
            with recursive on_and_on as (
                select s.session_id, s.ends_at from community.session s
                where s.municipality_id = c.municipality_id and s.session_id = c.session_id
                union all
                select s.session_id, s.ends_at
                from on_and_on o
                join community.session s on s.municipality_id = c.municipality_id and s.replaces = o.session_id
            )
            select from on_and_on o
            left join community.session_end e on e.municipality_id = c.municipality_id and e.session_id = o.session_id
            where e.why <> 'replaced' or o.ends_at <= new.used_at
        );
    if found then
        perform db.refuse('pay_code_session', format('pay code %s is of a session that is over', new.pay_code_id));
    end if;
    return null;
end $$;

create or replace trigger pay_code_session after insert on wallets.pay_code_use
    for each row execute function wallets.on_pay_code_of_session();
