-- The second guard of "two people". Nobody approves what they asked for themselves: two principals of one member are one person,
-- and so are a principal and whoever made it, because the maker can hold its token.
create or replace function community.same_person(town int, one uuid, other uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return one = other or exists (
        select from community.principal a
        join community.principal b on b.municipality_id = a.municipality_id and b.principal_id = other
        where a.municipality_id = town and a.principal_id = one
            and (b.member_id = a.member_id or b.created_by = a.principal_id or a.created_by = b.principal_id)
    );
end $$;

create or replace function community.refuse_same_person(town int, asked_by uuid, decided_by uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if community.same_person(town, asked_by, decided_by) then
        perform db.refuse('two_people', format('%s asked for it and decides it', asked_by));
    end if;
end $$;
