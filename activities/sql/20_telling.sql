-- The second guard of what is told about an activity; the first one is in flows/tell.py, under the same name.
create or replace function activities.on_telling() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.principal p
        left join activities.match m on m.municipality_id = new.municipality_id and m.match_id = new.match_id
        where p.municipality_id = new.municipality_id and p.principal_id = new.told_by
            and p.member_id in (new.member_id, m.helper_id, m.receiver_id)
    ) then
        perform db.refuse('nobody_confirms_oneself', format('telling %s is about whoever told it', new.telling_id));
    end if;
    return null;
end $$;

create or replace trigger nobody_confirms_oneself after insert on activities.telling
    for each row execute function activities.on_telling();
