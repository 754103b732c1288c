-- The second guard of agreements that somebody makes for a member: whoever answers was let, and is not on the other side.

create or replace function activities.on_acted_answer() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    own uuid;
    other uuid;
    person uuid;
begin
    select p.member_id into person from community.principal p
    where p.municipality_id = new.municipality_id and p.principal_id = new.answered_by and p.role = 'member';
    if not found then
        return null;
    end if;
    select case new.side when 'helper' then m.helper_id else m.receiver_id end,
        case new.side when 'helper' then m.receiver_id else m.helper_id end
    into own, other
    from activities.match m where m.municipality_id = new.municipality_id and m.match_id = new.match_id;
    if person = own then
        return null;
    end if;
    perform community.refuse_stranger(new.municipality_id, new.answered_by, own, own, 'arrange', new.answered_at);
    if person = other or exists (
        select from activities.match_answer a
        where a.municipality_id = new.municipality_id and a.match_id = new.match_id and a.side <> new.side
            and community.same_person(new.municipality_id, a.answered_by, new.answered_by)
    ) then
        perform db.refuse('no_self_dealing', format('%s answers for both sides of match %s', new.answered_by, new.match_id));
    end if;
    return null;
end $$;

create or replace trigger no_self_dealing after insert on activities.match_answer
    for each row execute function activities.on_acted_answer();
