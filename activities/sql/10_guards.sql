-- The second guard of what happens at slots; the first ones are in activities/*.py and flows, under the same names. Each function
-- takes the lock that the service takes, so that it sees every row that could matter.

create or replace function activities.on_booking() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    places int;
    taken bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('activities.slot:' || new.slot_id::text, new.municipality_id));
    select s.capacity into places
    from activities.slot s where s.municipality_id = new.municipality_id and s.slot_id = new.slot_id;
    select count(*) into taken
    from activities.booking b
    where b.municipality_id = new.municipality_id and b.slot_id = new.slot_id and not exists (
        select from activities.booking_cancel c
        where c.municipality_id = b.municipality_id and c.booking_id = b.booking_id
    );
    if taken > places then
        perform db.refuse('slot_capacity', format('slot %s has %s places, all taken', new.slot_id, places));
    end if;
    return null;
end $$;

create or replace trigger slot_capacity after insert on activities.booking
    for each row execute function activities.on_booking();

create or replace function activities.on_scan() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.slot_id is not null then
        perform pg_advisory_xact_lock(hashtextextended('activities.slot:' || new.slot_id::text, new.municipality_id));
        if exists (
            select from activities.slot_close c
            where c.municipality_id = new.municipality_id and c.slot_id = new.slot_id
        ) then
            perform db.refuse('slot_closed', format('slot %s is closed', new.slot_id));
        end if;
    end if;
    if new.method in ('card', 'manual') and exists (
        select from community.principal p
        where p.municipality_id = new.municipality_id and p.principal_id = new.scanned_by and p.member_id = new.member_id
    ) then
        perform db.refuse('nobody_confirms_oneself', format('scan %s is of whoever made it', new.scan_id));
    end if;
    return null;
end $$;

create or replace trigger slot_closed after insert on activities.scan
    for each row execute function activities.on_scan();

create or replace function activities.on_signoff() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from activities.attendance a
        join community.principal p on p.municipality_id = a.municipality_id and p.member_id = a.member_id
        where a.municipality_id = new.municipality_id and a.attendance_id = new.attendance_id and p.principal_id = new.signed_by
    ) then
        perform db.refuse('nobody_confirms_oneself', format('attendance %s is of whoever signs it', new.attendance_id));
    end if;
    return null;
end $$;

create or replace trigger nobody_confirms_oneself after insert on activities.signoff
    for each row execute function activities.on_signoff();
