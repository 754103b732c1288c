-- The second guard of "a correction takes two people": who asked for it does not decide it, and it corrects what was asked.
create or replace function wallets.on_correction_decision() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform community.refuse_same_person(w.municipality_id, w.asked_by, new.decided_by)
    from wallets.correction_wish w
    where w.municipality_id = new.municipality_id and w.wish_id = new.wish_id;
    if new.correction_id is null then
        return null;
    end if;
    perform from wallets.correction_wish w
    join wallets.correction c on c.municipality_id = w.municipality_id and c.correction_id = new.correction_id
    where w.municipality_id = new.municipality_id and w.wish_id = new.wish_id and c.entry_id = w.entry_id;
    if not found then
        perform db.refuse('correction_as_asked', format('correction %s is not what was asked', new.correction_id));
    end if;
    return null;
end $$;

create or replace trigger two_people after insert on wallets.correction_decision
    for each row execute function wallets.on_correction_decision();
