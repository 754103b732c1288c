-- Who was erased does nothing any more: the second guard of what `community.members.by_number` and `flows.reach` refuse.
create or replace trigger erased_for_good before insert on activities.scan
    for each row execute function community.on_erased();
create or replace trigger erased_for_good before insert on activities.booking
    for each row execute function community.on_erased();
create or replace trigger erased_for_good before insert on activities.need
    for each row execute function community.on_erased();
create or replace trigger erased_for_good before insert on activities.offer
    for each row execute function community.on_erased();
