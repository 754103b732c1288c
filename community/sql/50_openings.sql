-- The second guard of "whoever lets somebody in is seen to by another person"; the first one is in flows/openings.py.
create or replace function community.on_opening_seen() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    maker uuid;
begin
    select w.made_by into maker
    from (
        select e.made_by from community.entrance e
        where e.municipality_id = new.municipality_id and e.entrance_id = new.opening_id
        union all
        select t.made_by from community.token t
        where t.municipality_id = new.municipality_id and t.token_id = new.opening_id
    ) w;
    if maker is null then
        perform db.refuse('opening_known', format('nobody in the town made %s', new.opening_id));
    end if;
    perform community.refuse_same_person(new.municipality_id, maker, new.seen_by);
    return null;
end $$;

create or replace trigger two_people after insert on community.opening_seen
    for each row execute function community.on_opening_seen();
