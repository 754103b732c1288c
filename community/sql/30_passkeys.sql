-- The second guards of passkeys: one that ended opens nothing, one whose member got a new entrance at a desk since neither,
-- and one that was used less often than it says was copied.
create or replace function community.passkey_guarded() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.passkey_end e
        where e.municipality_id = new.municipality_id and e.passkey_id = new.passkey_id
    ) or exists (
        select from community.passkey k
        join community.principal p on p.municipality_id = k.municipality_id and p.principal_id = k.principal_id
        join community.entrance n on n.municipality_id = k.municipality_id and n.principal_id = k.principal_id
        where k.municipality_id = new.municipality_id and k.passkey_id = new.passkey_id
            and p.role = 'member' and n.made_by is not null and n.made_at >= k.made_at
    ) then
        perform db.refuse('passkey_stands', format('passkey %s had ended', new.passkey_id));
    end if;
    if exists (
        select from community.passkey k
        where k.municipality_id = new.municipality_id and k.passkey_id = new.passkey_id
            and k.sign_count >= greatest(new.sign_count, 1)
        union all
        select from community.passkey_use u
        where u.municipality_id = new.municipality_id and u.passkey_id = new.passkey_id
            and u.sign_count >= greatest(new.sign_count, 1)
    ) then
        perform db.refuse('passkey_counts_up', format('passkey %s was used more often before', new.passkey_id));
    end if;
    return new;
end $$;

create or replace trigger passkey_guarded before insert on community.passkey_use
for each row execute function community.passkey_guarded();
