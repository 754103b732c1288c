-- The second guards of devices at a counter. The first ones are in community/ and flows/, under the same names.

-- A device keeps the one key with which it was added, also after that ended: who copied its cookie gets no other.
create or replace function community.on_device_key() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('community.device:' || new.principal_id::text, new.municipality_id));
    if exists (
        select from community.device d
        join community.device_key k on k.municipality_id = d.municipality_id and k.principal_id = d.principal_id
        where d.municipality_id = new.municipality_id and d.principal_id = new.principal_id and k.key_id <> new.key_id
    ) then
        perform db.refuse('device_key_taken', format('device %s has its key', new.principal_id));
    end if;
    return null;
end $$;

create or replace trigger device_key_taken after insert on community.device_key
    for each row execute function community.on_device_key();

-- What a key that ended signed is not received any more.
create or replace function community.on_device_request() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from community.device_key_end e where e.municipality_id = new.municipality_id and e.key_id = new.key_id
    ) then
        perform db.refuse('device_key_stands', format('key %s had ended', new.key_id));
    end if;
    return null;
end $$;

create or replace trigger device_key_stands after insert on community.device_request
    for each row execute function community.on_device_request();

-- One person at a time works at a device: somebody of its own organisation, with their own PIN that is in force.
create or replace function community.on_shift() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('community.shift:' || new.device_id::text, new.municipality_id));
    if exists (
        select from community.shift s
        where s.municipality_id = new.municipality_id and s.device_id = new.device_id and s.shift_id <> new.shift_id
            and not exists (
                select from community.shift_end e where e.municipality_id = s.municipality_id and e.shift_id = s.shift_id
            )
    ) then
        perform db.refuse('one_operator', format('somebody works at device %s', new.device_id));
    end if;
    perform from community.principal d
    join community.principal p on p.municipality_id = d.municipality_id and p.organisation_id = d.organisation_id
    join community.operator_pin n on n.municipality_id = p.municipality_id and n.principal_id = p.principal_id
    where d.municipality_id = new.municipality_id and d.principal_id = new.device_id and p.principal_id = new.operator_id
        and n.pin_id = new.pin_id and not exists (
            select from community.device e where e.municipality_id = p.municipality_id and e.principal_id = p.principal_id
        )
        and not exists (
            select from community.operator_pin l
            where l.municipality_id = n.municipality_id and l.principal_id = n.principal_id
                and (l.set_at, l.pin_id) > (n.set_at, n.pin_id)
        );
    if not found then
        perform db.refuse('operator_of_the_house', format('%s does not work at device %s', new.operator_id, new.device_id));
    end if;
    return null;
end $$;

create or replace trigger one_operator after insert on community.shift
    for each row execute function community.on_shift();

-- Whether the person behind a member worked at a device at an instant: from the choice to its end.
create or replace function community.works_at(town int, device uuid, member uuid, moment timestamptz) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from community.shift s
        join community.principal p on p.municipality_id = s.municipality_id and p.principal_id = s.operator_id
        left join community.shift_end e on e.municipality_id = s.municipality_id and e.shift_id = s.shift_id
        left join community.shift_seen n on n.municipality_id = s.municipality_id and n.shift_id = s.shift_id
        where s.municipality_id = town and s.device_id = device and p.member_id = member and s.started_at <= moment
            and moment < least(e.ended_at, coalesce(n.seen_at, s.started_at) + interval '3 hours')
    );
end $$;
