-- The second guard of what is known and asked; the first one is in flows/facts.py and flows/deciding.py, under the same names.

-- The columns that caps count by say what the facts and the decision say.
create or replace function rules.on_decision_columns() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    bad record;
begin
    select n.decision_id into bad from new_decisions n
    where (
        n.activity_kind = n.facts ->> 'activity_kind' and n.by_group is not null
        and n.site is not distinct from n.facts ->> 'site' and n.client is not distinct from n.facts ->> 'client'
        and n.event is not distinct from n.facts ->> 'event' and n.book is not distinct from n.facts ->> 'book'
        and n.convertible = coalesce(cast(n.decision ->> 'convertible' as bigint), n.amount)
        and n.looked = coalesce(cast(n.decision ->> 'looked' as int), 0)
        and n.looked_earned = coalesce(cast(n.decision ->> 'looked_earned' as bigint), 0)
    ) is not true
    limit 1;
    if found then
        perform db.refuse('columns_as_decided', format('decision %s', bad.decision_id));
    end if;
    return null;
end $$;

-- A group is granted once for a slot. Whoever comes second waits, and then sees the first.
create or replace function rules.on_group_decisions() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    bad record;
begin
    if not exists (select from new_decisions n where n.by_group) then
        return null;
    end if;
    perform pg_advisory_xact_lock(k.key) from (
        select distinct hashtextextended('rules.group:' || n.event, n.municipality_id) as key
        from new_decisions n where n.by_group
        order by key
    ) k;
    select d.event into bad
    from rules.decision d
    where d.by_group and (d.municipality_id, d.event, d.scheme_id) in (
        select n.municipality_id, n.event, n.scheme_id from new_decisions n where n.by_group
    ) and not exists (
        select from rules.decision_void v where v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
    )
    group by d.event, d.scheme_id having count(*) > 1
    limit 1;
    if found then
        perform db.refuse('group_decided_once', format('event %s', bad.event));
    end if;
    return null;
end $$;

-- What was decided is not asked any more.
create or replace function rules.on_questions() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    bad record;
begin
    select n.attendance_id into bad from new_questions n
    join rules.decision d on d.municipality_id = n.municipality_id and d.attendance_id = n.attendance_id
        and d.scheme_id = n.scheme_id
    limit 1;
    if found then
        perform db.refuse('asked_before_decided', format('attendance %s is decided', bad.attendance_id));
    end if;
    return null;
end $$;

-- Nobody records what is known of themselves.
create or replace function rules.on_person_fact() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.principal p
        where p.municipality_id = new.municipality_id and p.principal_id = new.recorded_by and p.member_id = new.member_id
    ) then
        perform db.refuse('nobody_confirms_oneself', format('fact %s is of whoever recorded it', new.fact_id));
    end if;
    return null;
end $$;

create or replace trigger columns_as_decided after insert on rules.decision
    referencing new table as new_decisions for each statement execute function rules.on_decision_columns();
create or replace trigger group_decided_once after insert on rules.decision
    referencing new table as new_decisions for each statement execute function rules.on_group_decisions();
create or replace trigger asked_before_decided after insert on rules.open_question
    referencing new table as new_questions for each statement execute function rules.on_questions();
create or replace trigger nobody_confirms_oneself after insert on rules.person_fact
    for each row execute function rules.on_person_fact();
