-- The second guard of keys of devices: a device at a counter keeps the one key with which it was added, also after that ended.
create or replace function community.on_device_key() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
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
