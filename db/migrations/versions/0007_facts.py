"""Facts: dated yes and no about members, what the rules asked and nobody knew, what hosts told about an activity, and the columns of a
decision that caps count by.

Decisions that were stored before this step have none of the new columns: what counts them reads `coalesce` from their facts. The guards
are in rules/sql/40_facts.sql and activities/sql/20_telling.sql.
"""

from alembic import op

from db import ddl

revision = "0007"
down_revision = "0006"

FACTS = """
create table rules.person_fact (
    municipality_id int not null,
    fact_id uuid not null,
    member_id uuid not null,
    fact text not null,
    yes boolean not null,
    first_on date,
    last_on date,
    source text not null check (length(source) between 1 and 200),
    recorded_at timestamptz not null,
    recorded_by uuid not null,
    constraint person_fact_pkey primary key (municipality_id, fact_id),
    constraint readable_fact check (
        fact ~ '^(lives|stays|works|studies|belongs)(:[A-Za-z][A-Za-z0-9_-]{0,39})?$'
        or fact ~ '^(registered|trained|arrears|status|officer):[A-Za-z][A-Za-z0-9_-]{0,39}$'
        or fact ~ '^(insured:(first|second)|care:(support|care|programme|checklist)|age_at_(least|most):[0-9]{1,3})$'
    ),
    constraint days_in_order check (first_on <= last_on),
    constraint registered_since check (not (yes and fact like 'registered:%' and first_on is null))
);
create index person_fact_of_member on rules.person_fact (municipality_id, member_id, recorded_at, fact_id);

create table rules.open_question (
    municipality_id int not null,
    question_id uuid not null,
    attendance_id uuid not null,
    member_id uuid not null,
    scheme_id uuid not null,
    edition_id uuid not null,
    occurred_on date not null,
    wanted jsonb not null check (jsonb_typeof(wanted) = 'array' and jsonb_array_length(wanted) > 0),
    trace jsonb not null,
    asked_at timestamptz not null,
    constraint open_question_pkey primary key (municipality_id, question_id),
    constraint open_question_edition foreign key (municipality_id, edition_id) references rules.edition
);
create index open_question_of_attendance on rules.open_question (municipality_id, attendance_id, scheme_id, asked_at);
create index open_question_of_member on rules.open_question (municipality_id, member_id);

alter table rules.decision
    add column activity_kind text,
    add column site text,
    add column client text,
    add column event text,
    add column book text,
    add column convertible bigint,
    add column looked int,
    add column looked_earned bigint,
    add column by_group boolean;
create index decision_scheme_day on rules.decision (municipality_id, scheme_id, occurred_on);
create index decision_of_group on rules.decision (municipality_id, event, scheme_id) where by_group;

create table activities.telling (
    municipality_id int not null,
    telling_id uuid not null,
    activity_id uuid,
    slot_id uuid,
    match_id uuid,
    member_id uuid,
    what text not null,
    figure bigint,
    words text,
    told_at timestamptz not null,
    told_by uuid not null,
    constraint telling_pkey primary key (municipality_id, telling_id),
    constraint telling_activity foreign key (municipality_id, activity_id) references activities.activity,
    constraint telling_slot foreign key (municipality_id, slot_id) references activities.slot,
    constraint telling_match foreign key (municipality_id, match_id) references activities.match,
    constraint telling_member foreign key (municipality_id, member_id) references community.member,
    constraint told_of_one_thing check (
        num_nonnulls(activity_id, slot_id, match_id) = 1 and (member_id is null or slot_id is not null)
    ),
    constraint readable_telling check (
        case
            when what ~ '^mark:[A-Za-z][A-Za-z0-9_-]{0,39}$' then words is null and figure between 0 and 1
            when what ~ '^count:(present|members)(_[0-9]{1,3})?$' then words is null and figure between 0 and 100000
            when what ~ '^measure:[A-Za-z][A-Za-z0-9_-]{0,39}$' then words is null and figure between 0 and 1000000
            when what = 'host_amount' then words is null and figure between 0 and 1000000
            when what = 'attested' then words is null and figure between 0 and 44640
            when what in ('client', 'book') then figure is null and length(words) between 1 and 80
            else false
        end is true
    )
);
create index telling_of_activity on activities.telling (municipality_id, activity_id) where activity_id is not null;
create index telling_of_slot on activities.telling (municipality_id, slot_id) where slot_id is not null;
create index telling_of_match on activities.telling (municipality_id, match_id) where match_id is not null;
"""

TABLES = ("rules.person_fact", "rules.open_question", "activities.telling")


def upgrade() -> None:
    ddl.run_script(op.get_bind(), FACTS + ddl.append_only(*TABLES) + ddl.walls(*TABLES))
