-- The second guard of what is promised about persons. The first one is in community/persons.py and community/erasing.py.

-- A member's key goes only together with the record that the member was erased.
create or replace function community.on_key_gone() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if not exists (
        select from community.erasure e
        where e.municipality_id = old.municipality_id and e.member_id = old.member_id
    ) then
        perform db.refuse('key_goes_with_erasure', format('the key of member %s', old.member_id));
    end if;
    return old;
end $$;

-- Who was erased stays so: nothing that says who they were comes back, and nobody acts as them.
create or replace function community.on_erased() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.erasure e
        where e.municipality_id = new.municipality_id and e.member_id = new.member_id
    ) then
        perform db.refuse('erased_for_good', format('%s of member %s', tg_table_name, new.member_id));
    end if;
    return new;
end $$;

-- An erasure leaves no key, nothing to find the member by, and no role that stands.
create or replace function community.on_erasure() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.person_key k
        where k.municipality_id = new.municipality_id and k.member_id = new.member_id
    ) or exists (
        select from community.person_mark k
        where k.municipality_id = new.municipality_id and k.member_id = new.member_id
    ) then
        perform db.refuse('erasure_takes_the_key', format('member %s can still be opened or found', new.member_id));
    end if;
    if exists (
        select from community.principal p
        where p.municipality_id = new.municipality_id and p.member_id = new.member_id and not exists (
            select from community.principal_end x
            where x.municipality_id = p.municipality_id and x.principal_id = p.principal_id
        )
    ) then
        perform db.refuse('erasure_ends_roles', format('somebody still acts as member %s', new.member_id));
    end if;
    return null;
end $$;

create or replace trigger key_goes_with_erasure before delete on community.person_key
    for each row execute function community.on_key_gone();
create or replace trigger erased_for_good before insert or update on community.person
    for each row execute function community.on_erased();
create or replace trigger erased_for_good before insert on community.person_key
    for each row execute function community.on_erased();
create or replace trigger erased_for_good before insert on community.person_mark
    for each row execute function community.on_erased();
create or replace trigger erased_for_good before insert on community.principal
    for each row when (new.member_id is not null) execute function community.on_erased();

drop trigger if exists erasure_takes_the_key on community.erasure;
create constraint trigger erasure_takes_the_key after insert on community.erasure deferrable initially deferred
    for each row execute function community.on_erasure();
