-- Least rights: the service inserts and reads, may mend a person's name, note when a session was last seen,
-- and count tries; the auditor reads neither names nor secrets, and the day of birth alone, which rules ask about.
grant usage on schema community to yui_app, yui_auditor;
revoke all on all tables in schema community from yui_app, yui_auditor, public;
grant select, insert on all tables in schema community to yui_app;
revoke insert on community.municipality from yui_app;
revoke all on all functions in schema community from public;
grant update (name, kana, born_on) on community.person to yui_app;
grant update (seen_at) on community.session_seen to yui_app;
grant update (spent_until) on community.attempt to yui_app;
grant select on
    community.municipality, community.area, community.organisation, community.member, community.principal
    to yui_auditor;
grant select (municipality_id, member_id, born_on) on community.person to yui_auditor;
