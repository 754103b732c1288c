-- Who is erased holds nothing: the second guard of what `flows.erasure` promises. An account is closed only when it is empty.
create or replace function wallets.on_erasure() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from ledger.account a
        where a.municipality_id = new.municipality_id and a.holder = new.member_id and not exists (
            select from ledger.account_close x
            where x.municipality_id = a.municipality_id and x.account_id = a.account_id
        )
    ) then
        perform db.refuse('erasure_closes_accounts', format('an account of member %s is open', new.member_id));
    end if;
    return null;
end $$;

create or replace trigger erasure_closes_accounts after insert on community.erasure
    for each row execute function wallets.on_erasure();
