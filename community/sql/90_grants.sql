-- Least rights: the service inserts and reads, may seal a person anew, note when a session was last seen, and count tries.
-- It deletes what stood in clear, and, with an erasure, a member's key and marks. The auditor reads neither names nor secrets; of
-- persons the sealed day of birth alone, which rules ask about: it opens only where the service's secret is told too.
grant usage on schema community to yui_app, yui_auditor;
revoke all on all tables in schema community from yui_app, yui_auditor, public;
grant select, insert on all tables in schema community to yui_app;
revoke insert on community.municipality from yui_app;
revoke all on all functions in schema community from public;
grant execute on function community.areas_within(int, uuid) to yui_app, yui_auditor;
grant execute on function community.lives_within(int, uuid, uuid) to yui_app, yui_auditor;
revoke insert on community.person_clear from yui_app;
grant update (version, name, kana, born_on, contacts, sealed_at) on community.person to yui_app;
grant update (master_id, wrapped) on community.person_key to yui_app;
grant update (member_id) on community.person_clear to yui_app;
grant delete on community.person_clear, community.person_key, community.person_mark to yui_app;
grant update (seen_at) on community.session_seen, community.shift_seen to yui_app;
grant update (spent_until) on community.attempt to yui_app;
grant select on community.principal_confirmation to yui_auditor;
grant select on
    community.municipality, community.area, community.organisation, community.member, community.principal
    to yui_auditor;
grant select (municipality_id, member_id, version, born_on) on community.person to yui_auditor;
grant select on community.person_key, community.person_change, community.erasure to yui_auditor;
grant select on community.device, community.device_key, community.device_key_end, community.device_request to yui_auditor;
grant select on community.shift, community.shift_seen, community.shift_end to yui_auditor;
grant select (municipality_id, pin_id, principal_id, set_at) on community.operator_pin to yui_auditor;
grant select (municipality_id, pin_id, member_id, set_at, set_by) on community.card_pin to yui_auditor;
grant select (municipality_id, proxy_id, member_id, by_member_id, by_principal_id, powers, until, given_at, given_by)
    on community.proxy to yui_auditor;
grant select on community.proxy_answer, community.proxy_end, community.principal_end to yui_auditor;
grant select (municipality_id, member_id) on community.person_mark, community.person_clear to yui_auditor;
