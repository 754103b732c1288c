-- The second guard of what is granted. The first one is flows/grant.py and flows/correct_attendance.py, under the wallets'
-- locks. A grant and the voiding of its decision each lock the decision before they look for the other one: whichever comes
-- second waits, and then sees the first. The book does not know the law, so the guard of its entries stands here.

create or replace function rules.on_grants() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_bitmapscan = off as $$
declare
    bad record;
begin
    if not exists (select from new_entries n where n.kind = 'grant' and n.cause_kind = 'decision') then
        return null;
    end if;
    perform from new_entries n
    join rules.decision d on d.municipality_id = n.municipality_id and d.decision_id = n.cause_id
    where n.kind = 'grant' and n.cause_kind = 'decision'
    for key share of d;
    select n.entry_id into bad from new_entries n
    join rules.decision_void v on v.municipality_id = n.municipality_id and v.decision_id = n.cause_id
    where n.kind = 'grant' and n.cause_kind = 'decision' limit 1;
    if found then
        perform db.refuse('grant_of_standing_decision', format('entry %s is for a voided decision', bad.entry_id));
    end if;
    return null;
end $$;

create or replace function rules.on_voids() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set enable_material = off set enable_bitmapscan = off as $$
declare
    bad record;
begin
    perform from new_voids n
    join rules.decision d on d.municipality_id = n.municipality_id and d.decision_id = n.decision_id
    for update of d;
    select e.entry_id into bad from new_voids n
    join ledger.journal_entry e on e.municipality_id = n.municipality_id and e.cause_id = n.decision_id and e.kind = 'grant'
    left join ledger.journal_entry r on r.municipality_id = e.municipality_id and r.reverses = e.entry_id
    where r.entry_id is null and coalesce((  -- of what was spent whole nothing is left to reverse: the budget bears it
        select bool_or(t.remaining > 0) from ledger.lot t
        where t.municipality_id = e.municipality_id and t.entry_id = e.entry_id
    ), true) limit 1;
    if found then
        perform db.refuse('grant_of_standing_decision', format('entry %s stands on a voided decision', bad.entry_id));
    end if;
    return null;
end $$;

create or replace trigger grant_of_standing_decision after insert on ledger.journal_entry
    referencing new table as new_entries for each statement execute function rules.on_grants();
create or replace trigger grant_of_standing_decision after insert on rules.decision_void
    referencing new table as new_voids for each statement execute function rules.on_voids();
