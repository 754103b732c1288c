-- The second guard of "two people". Nobody approves what they asked for themselves: two principals of one member are one person,
-- and so are a principal and whoever made it, because the maker can hold its token.
create or replace function community.refuse_same_person(town int, asked_by uuid, decided_by uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if asked_by = decided_by or exists (
        select from community.principal a
        join community.principal d on d.municipality_id = a.municipality_id and d.principal_id = decided_by
        where a.municipality_id = town and a.principal_id = asked_by
            and (d.member_id = a.member_id or d.created_by = a.principal_id or a.created_by = d.principal_id)
    ) then
        perform db.refuse('two_people', format('%s asked for it and decides it', asked_by));
    end if;
end $$;
