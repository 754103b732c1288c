-- The second guard of who acts for whom. The first is in api/acting.py, wallets/holders.py and the flows of matches and proxies.

-- Whether a principal may do what `wanted` says for a member, at an instant: accepted, not ended, not over, and enough for it.
create or replace function community.acts_for(town int, actor uuid, member uuid, wanted text, at timestamptz) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from community.principal p
        join community.proxy x on x.municipality_id = p.municipality_id
            and (x.by_principal_id = p.principal_id or x.by_member_id = p.member_id and p.role = 'member')
        join community.proxy_answer a on a.municipality_id = x.municipality_id and a.proxy_id = x.proxy_id and a.accepted
        where p.municipality_id = town and p.principal_id = actor and x.member_id = member
            and wanted in ('see', x.powers, case x.powers when 'spend' then 'arrange' end) and (x.until is null or at < x.until)
            and not exists (
                select from community.proxy_end e where e.municipality_id = x.municipality_id and e.proxy_id = x.proxy_id
            )
            and not exists (
                select from community.erasure e
                where e.municipality_id = x.municipality_id and e.member_id in (x.member_id, x.by_member_id)
            )
            and not exists (
                select from community.principal_end e
                where e.municipality_id = p.municipality_id and e.principal_id = p.principal_id
            )
    );
end $$;

-- A member does it for themselves, or in the name of whoever let them; roles at work have guards of their own.
create or replace function community.refuse_stranger(
    town int, actor uuid, holder uuid, acting_for uuid, wanted text, at timestamptz
) returns void
language plpgsql security definer set search_path = '' as $$
declare
    own uuid;
begin
    select p.member_id into own from community.principal p
    where p.municipality_id = town and p.principal_id = actor and p.role = 'member';
    if not found or own = holder and acting_for is null then
        return;
    end if;
    if acting_for is distinct from holder or not community.acts_for(town, actor, holder, wanted, at) then
        perform db.refuse('acting_stands', format('%s does not act for %s', actor, holder));
    end if;
end $$;

-- Who acts for another gains nothing by it: not the other side of it, nor a group or shop that they act for themselves.
create or replace function community.refuse_own_gain(town int, actor uuid, organisation uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.principal p
        where p.municipality_id = town and p.organisation_id = organisation and community.same_person(town, actor, p.principal_id)
    ) then
        perform db.refuse('no_self_dealing', format('%s acts for %s as well', actor, organisation));
    end if;
end $$;

-- Nobody at work writes down that they themselves may act for somebody; and who may spend is let in by the member, or by an
-- officer, who may spend for members anyway: whoever writes it down gets the code for somebody who is no member.
create or replace function community.on_proxy() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.principal p
        where p.municipality_id = new.municipality_id and p.principal_id = new.given_by and p.member_id = new.by_member_id
    ) then
        perform db.refuse('no_self_dealing', format('proxy %s is of whoever writes it down', new.proxy_id));
    end if;
    if new.powers = 'spend' and not exists (
        select from community.principal p
        where p.municipality_id = new.municipality_id and p.principal_id = new.given_by
            and (p.role = 'officer' or p.role = 'member' and p.member_id = new.member_id)
    ) then
        perform db.refuse('spending_not_at_desk', format('proxy %s would spend by the word of a desk', new.proxy_id));
    end if;
    return null;
end $$;

create or replace trigger no_self_dealing after insert on community.proxy
    for each row execute function community.on_proxy();
