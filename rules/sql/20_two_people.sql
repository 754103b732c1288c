-- The second guard of what becomes law; the first one is in flows/publish_edition.py, under the same name.
create or replace function rules.on_edition() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_same_person(new.municipality_id, new.proposed_by, new.approved_by);
    return null;
end $$;

create or replace trigger two_people after insert on rules.edition
    for each row execute function rules.on_edition();
