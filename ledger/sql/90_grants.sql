-- Least rights on the book: the service inserts and reads, the auditor reads, nobody updates or deletes.
grant usage on schema ledger to yui_app, yui_auditor;
revoke all on all tables in schema ledger from yui_app, yui_auditor, public;
grant select, insert on
    ledger.unit, ledger.account, ledger.account_close, ledger.journal_entry, ledger.journal_line, ledger.lot, ledger.lot_move,
    ledger.hold, ledger.hold_lot, ledger.hold_resolution, ledger.period_close, ledger.idempotency
    to yui_app;
grant select on ledger.balance to yui_app;
grant usage on sequence ledger.account_number to yui_app;
grant select on
    ledger.unit, ledger.account, ledger.account_close, ledger.balance, ledger.journal_entry, ledger.journal_line, ledger.lot,
    ledger.lot_move, ledger.hold, ledger.hold_lot, ledger.hold_resolution, ledger.period_close
    to yui_auditor;
revoke all on all functions in schema ledger from public;
grant execute on function ledger.lock_balances(bigint[]) to yui_app;
grant execute on function ledger.balance_as_recorded(bigint, timestamptz) to yui_app, yui_auditor;
