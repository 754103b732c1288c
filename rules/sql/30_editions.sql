-- The second guard of the life of an edition. The first one is in flows/propose_edition.py, flows/council_opinion.py and
-- flows/publish_edition.py, under the same names, behind `edition_store.lock_law`.

-- A proposal that was published, withdrawn or rejected is decided: nothing more is said of it. Whoever comes second waits for the
-- first one's row lock, and then sees what it did.
create or replace function rules.refuse_decided(town int, proposal uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    perform from rules.edition_proposal p
    where p.municipality_id = town and p.proposal_id = proposal
    for no key update;
    if exists (select from rules.proposal_close c where c.municipality_id = town and c.proposal_id = proposal)
        or exists (select from rules.edition e where e.municipality_id = town and e.edition_id = proposal) then
        perform db.refuse('proposal_decided_once', format('proposal %s is decided', proposal));
    end if;
end $$;

create or replace function rules.before_word_on_proposal() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform rules.refuse_decided(new.municipality_id, new.proposal_id);
    return new;
end $$;

-- The council is heard before anybody approves: an opinion, or the reason why there is none.
create or replace function rules.refuse_unheard(town int, proposal uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not exists (select from rules.edition_opinion o where o.municipality_id = town and o.proposal_id = proposal) then
        perform db.refuse('opinion_first', format('proposal %s has no opinion of the council', proposal));
    end if;
end $$;

create or replace function rules.before_approval() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform rules.refuse_decided(new.municipality_id, new.proposal_id);
    perform rules.refuse_unheard(new.municipality_id, new.proposal_id);
    return new;
end $$;

-- What is published is what was proposed, and by whom, as it was approved.
create or replace function rules.refuse_other_than_approved(published rules.edition) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not exists (
        select from rules.edition_proposal p
        join rules.edition_approval a on a.municipality_id = p.municipality_id and a.proposal_id = p.proposal_id
        where p.municipality_id = published.municipality_id and p.proposal_id = published.edition_id
            and p.scheme_id = published.scheme_id and p.document = published.document and p.proposed_by = published.proposed_by
            and a.approved_by = published.approved_by and a.approved_at <= published.published_at
    ) then
        perform db.refuse('published_as_approved', format('edition %s', published.edition_id));
    end if;
end $$;

-- Editions follow each other: later than every one before, without a gap after the last day of an end that was published, and
-- never on or before a day that was decided already. One publishes after the other: the scheme's row is locked. The lock of the
-- editions waits for decisions that are being stored (their foreign key holds the edition), and makes later ones wait.
create or replace function rules.refuse_out_of_turn(published rules.edition) returns void
language plpgsql security definer set search_path = '' as $$
declare
    last rules.edition;
begin
    perform from rules.scheme s
    where s.municipality_id = published.municipality_id and s.scheme_id = published.scheme_id
    for no key update;
    perform from rules.edition e
    where e.municipality_id = published.municipality_id and e.scheme_id = published.scheme_id
    for update;
    select e.* into last
    from rules.edition e
    where e.municipality_id = published.municipality_id and e.scheme_id = published.scheme_id
    order by e.starts_on desc limit 1;
    if last.starts_on >= published.starts_on then
        perform db.refuse('editions_in_order', format('%s starts by then', last.edition_id));
    end if;
    if last.last_granting_on + 1 < published.starts_on then
        perform db.refuse('no_gap', format('%s ends the scheme on %s', last.edition_id, last.last_granting_on));
    end if;
    if exists (
        select from rules.decision d
        where d.municipality_id = published.municipality_id and d.scheme_id = published.scheme_id
            and d.occurred_on >= published.starts_on
    ) then
        perform db.refuse('edition_never_changes', format('%s was decided already', published.starts_on));
    end if;
end $$;

create or replace function rules.before_edition() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform rules.refuse_decided(new.municipality_id, new.edition_id);
    perform rules.refuse_unheard(new.municipality_id, new.edition_id);
    perform rules.refuse_other_than_approved(new);
    perform rules.refuse_out_of_turn(new);
    return new;
end $$;

-- A decision is by the edition that is in force on its day. Its foreign key holds the edition by now, so that an edition that is
-- being published is seen here or waits.
create or replace function rules.on_decisions() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    bad record;
begin
    select n.occurred_on, n.edition_id into bad
    from (
        select distinct d.municipality_id, d.scheme_id, d.edition_id, d.occurred_on
        from new_decisions d
    ) n
    left join rules.edition e on e.municipality_id = n.municipality_id and e.edition_id = n.edition_id
        and e.scheme_id = n.scheme_id and e.starts_on <= n.occurred_on
    where e.edition_id is null or exists (
        select from rules.edition later
        where later.municipality_id = n.municipality_id and later.scheme_id = n.scheme_id
            and later.starts_on > e.starts_on and later.starts_on <= n.occurred_on
    )
    limit 1;
    if found then
        perform db.refuse('edition_in_force', format('%s is not in force on %s', bad.edition_id, bad.occurred_on));
    end if;
    return null;
end $$;

create or replace trigger proposal_decided_once before insert on rules.edition_opinion
    for each row execute function rules.before_word_on_proposal();
create or replace trigger proposal_decided_once before insert on rules.proposal_close
    for each row execute function rules.before_word_on_proposal();
create or replace trigger opinion_first before insert on rules.edition_approval
    for each row execute function rules.before_approval();
create or replace trigger edition_never_changes before insert on rules.edition
    for each row execute function rules.before_edition();
create or replace trigger edition_in_force after insert on rules.decision
    referencing new table as new_decisions for each statement execute function rules.on_decisions();
