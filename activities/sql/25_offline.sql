-- The second guard of what is taken back; the first ones are in flows/take_back.py and flows/own_scan.py, under the same
-- names. Both sides take the lock of the slot or match, so that no attendance comes to rest on a scan while that is taken
-- back.
create or replace function activities.on_retraction() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    scanned activities.scan;
begin
    select s.* into scanned
    from activities.scan s where s.municipality_id = new.municipality_id and s.scan_id = new.scan_id;
    perform pg_advisory_xact_lock(hashtextextended(
        coalesce('activities.slot:' || scanned.slot_id::text, 'activities.match:' || scanned.match_id::text), new.municipality_id
    ));
    if exists (
        select from activities.slot_close c
        where c.municipality_id = new.municipality_id and c.slot_id = scanned.slot_id
    ) then
        perform db.refuse('slot_closed', format('slot %s is closed', scanned.slot_id));
    end if;
    if exists (
        select from activities.attendance_scan a
        where a.municipality_id = new.municipality_id and a.scan_id = new.scan_id
    ) then
        perform db.refuse('scan_counted', format('something rests on scan %s', new.scan_id));
    end if;
    return null;
end $$;

create or replace trigger scan_counted after insert on activities.scan_retraction
for each row execute function activities.on_retraction();

create or replace function activities.on_attendance_scan() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if exists (
        select from activities.scan_retraction r
        where r.municipality_id = new.municipality_id and r.scan_id = new.scan_id
    ) then
        perform db.refuse('retracted_scan', format('scan %s was taken back', new.scan_id));
    end if;
    return null;
end $$;

create or replace trigger retracted_scan after insert on activities.attendance_scan
for each row execute function activities.on_attendance_scan();
