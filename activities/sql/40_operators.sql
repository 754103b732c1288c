-- The second guard of "nobody confirms their own record": the card and the number of whoever works at a device count elsewhere.
create or replace function activities.on_scan_at_device() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.method in ('card', 'manual') and (
        community.works_at(new.municipality_id, new.scanned_by, new.member_id, new.received_at)
        or community.works_at(new.municipality_id, new.scanned_by, new.member_id, new.occurred_at)
    ) then
        perform db.refuse('nobody_confirms_oneself', format('scan %s is of whoever works at the device', new.scan_id));
    end if;
    return null;
end $$;

create or replace trigger nobody_confirms_oneself after insert on activities.scan
    for each row execute function activities.on_scan_at_device();

-- Who worked at the device is said of its own scans, and of no own one.
create or replace function activities.on_scan_operator() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    perform from activities.scan s
    join community.shift w on w.municipality_id = s.municipality_id and w.shift_id = new.shift_id and w.device_id = s.scanned_by
    join community.principal p on p.municipality_id = w.municipality_id and p.principal_id = w.operator_id
    where s.municipality_id = new.municipality_id and s.scan_id = new.scan_id and p.member_id is distinct from s.member_id;
    if not found then
        perform db.refuse('operator_of_the_device', format('scan %s was not made in shift %s', new.scan_id, new.shift_id));
    end if;
    return null;
end $$;

create or replace trigger operator_of_the_device after insert on activities.scan_operator
    for each row execute function activities.on_scan_operator();
