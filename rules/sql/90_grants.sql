-- Least rights: the service inserts and reads, the auditor reads, nobody updates or deletes.
grant usage on schema rules to yui_app, yui_auditor;
revoke all on all tables in schema rules from yui_app, yui_auditor, public;
grant select, insert on all tables in schema rules to yui_app;
grant select on all tables in schema rules to yui_auditor;
revoke all on all functions in schema rules from public;
