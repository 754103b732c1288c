-- The balance that the book showed at an instant. Recorded times rise with the versions of an account, so the last line
-- recorded by then is found by halving the versions: about twenty pairs of look-ups for a million lines, and no index to keep
-- up while posting.

create or replace function ledger.balance_as_recorded(asked_account bigint, at timestamptz) returns bigint
language plpgsql stable security invoker set search_path = '' as $$
declare
    low bigint := 0;
    high bigint;
    middle bigint;
    seen timestamptz;
    answer bigint := 0;
    after bigint;
begin
    select b.version into high from ledger.balance b
    where b.municipality_id = db.municipality() and b.account_id = asked_account;
    while low < high loop
        middle := (low + high + 1) / 2;
        select e.recorded_at, l.balance_after into seen, after
        from ledger.journal_line l
        join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
        where l.municipality_id = db.municipality() and l.account_id = asked_account and l.account_version = middle;
        if seen <= at then
            low := middle;
            answer := after;
        else
            high := middle - 1;
        end if;
    end loop;
    return answer;
end $$;
