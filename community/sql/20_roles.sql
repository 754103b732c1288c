-- The second guard of "a role with which one vouches is given by two people", and the areas below one.

-- An area and all that lie in it.
create or replace function community.areas_within(town int, top uuid) returns setof uuid
language sql stable set search_path = '' as $$
    with recursive inside as (
        select a.area_id from community.area a where a.municipality_id = town and a.area_id = top
        union
        select a.area_id
        from inside i
        join community.area a on a.municipality_id = town and a.parent_id = i.area_id
    )
    select i.area_id from inside i
$$;

-- Whether a member lives in an area, or in one that lies in it; everybody does where no area is told.
create or replace function community.lives_within(town int, member uuid, top uuid) returns boolean
language sql stable set search_path = '' as $$
    select top is null or exists (
        select from community.member m
        where m.municipality_id = town and m.member_id = member
            and m.area_id in (select w from community.areas_within(town, top) w)
    )
$$;

-- Who vouches for what others did (a coordinator) and was let in by a request waits for a second person.
create or replace function community.on_principal() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.role = 'coordinator' and new.created_by is not null and not new.needs_second then
        perform db.refuse('role_confirmed', format('role %s would stand without a second person', new.principal_id));
    end if;
    return null;
end $$;

-- Neither who gave the role nor who gets it confirms it.
create or replace function community.on_principal_confirmation() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_same_person(p.municipality_id, p.created_by, new.confirmed_by),
        community.refuse_same_person(p.municipality_id, p.principal_id, new.confirmed_by)
    from community.principal p
    where p.municipality_id = new.municipality_id and p.principal_id = new.principal_id;
    return null;
end $$;

-- A role that waits opens nothing.
create or replace function community.on_opening() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from community.principal p
    where p.municipality_id = new.municipality_id and p.principal_id = new.principal_id and p.needs_second and not exists (
        select from community.principal_confirmation c
        where c.municipality_id = p.municipality_id and c.principal_id = p.principal_id
    );
    if found then
        perform db.refuse('role_confirmed', format('role %s waits for a second person', new.principal_id));
    end if;
    return null;
end $$;

create or replace trigger role_confirmed after insert on community.principal
    for each row execute function community.on_principal();
create or replace trigger two_people after insert on community.principal_confirmation
    for each row execute function community.on_principal_confirmation();
create or replace trigger role_confirmed after insert on community.session
    for each row execute function community.on_opening();
create or replace trigger role_confirmed after insert on community.token
    for each row execute function community.on_opening();
