-- The second guard of what becomes law; the first one is in flows/publish_edition.py, under the same name. Whoever proposed an
-- edition neither approves nor rejects it, as a person, under whatever principal.
create or replace function rules.on_edition() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_same_person(new.municipality_id, new.proposed_by, new.approved_by);
    return null;
end $$;

create or replace function rules.on_approval() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_same_person(new.municipality_id, p.proposed_by, new.approved_by)
    from rules.edition_proposal p
    where p.municipality_id = new.municipality_id and p.proposal_id = new.proposal_id;
    return null;
end $$;

-- And nobody but the proposer withdraws it.
create or replace function rules.on_close() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    proposer uuid;
begin
    select p.proposed_by into proposer
    from rules.edition_proposal p
    where p.municipality_id = new.municipality_id and p.proposal_id = new.proposal_id;
    if new.outcome = 'rejected' then
        perform community.refuse_same_person(new.municipality_id, proposer, new.closed_by);
    elsif not community.same_person(new.municipality_id, proposer, new.closed_by) then
        perform db.refuse('own_proposal', format('%s withdraws what %s proposed', new.closed_by, proposer));
    end if;
    return null;
end $$;

create or replace trigger two_people after insert on rules.edition
    for each row execute function rules.on_edition();
create or replace trigger two_people after insert on rules.edition_approval
    for each row execute function rules.on_approval();
create or replace trigger two_people after insert on rules.proposal_close
    for each row execute function rules.on_close();
