"""Personal data sealed with a key for each member, marks to find readings by, and the record of who was erased.

What stood in clear is set aside as `person_clear`: this step has no secret to seal it with. The service seals it when it starts, and
`yui db migrate` right afterwards; the table is empty from then on. The guards are in community/sql/20_persons.sql.
"""

from alembic import op

from db import ddl

revision = "0014"
down_revision = "0013"

VAULT = """
alter table community.person rename to person_clear;
alter table community.person_clear rename constraint person_pkey to person_clear_pkey;
alter table community.person_clear rename constraint person_member to person_clear_member;

create table community.person (
    municipality_id int not null,
    member_id uuid not null,
    version int not null check (version > 0),
    name bytea not null,
    kana bytea not null,
    born_on bytea,
    contacts bytea,
    sealed_at timestamptz not null,
    constraint person_pkey primary key (municipality_id, member_id),
    constraint person_member foreign key (municipality_id, member_id) references community.member
);

create table community.person_key (
    municipality_id int not null,
    member_id uuid not null,
    master_id bytea not null check (length(master_id) = 8),
    wrapped bytea not null check (length(wrapped) = 60),
    constraint person_key_pkey primary key (municipality_id, member_id),
    constraint person_key_person foreign key (municipality_id, member_id) references community.person
);

create table community.person_mark (
    municipality_id int not null,
    mark bytea not null check (length(mark) = 16),
    member_id uuid not null,
    constraint person_mark_pkey primary key (municipality_id, mark, member_id),
    constraint person_mark_person foreign key (municipality_id, member_id) references community.person
);
create index person_mark_of_member on community.person_mark (municipality_id, member_id);

create table community.person_change (
    municipality_id int not null,
    change_id uuid not null,
    member_id uuid not null,
    version int not null,
    fields text[] not null check (fields <@ array['name', 'kana', 'born_on', 'contacts'] and cardinality(fields) > 0),
    seen_on text check (seen_on in ('licence', 'my_number_card', 'insurance_card', 'residence_record', 'other_document')),
    changed_at timestamptz not null,
    changed_by uuid not null,
    constraint person_change_pkey primary key (municipality_id, change_id),
    constraint person_change_once unique (municipality_id, member_id, version),
    constraint person_change_member foreign key (municipality_id, member_id) references community.member,
    constraint birth_dates_have_a_source check (seen_on is not null or not fields @> array['born_on'])
);

create table community.erasure (
    municipality_id int not null,
    member_id uuid not null,
    because text not null check (because in ('wish', 'death')),
    erased_at timestamptz not null,
    erased_by uuid not null,
    constraint erasure_once primary key (municipality_id, member_id),
    constraint erasure_member foreign key (municipality_id, member_id) references community.member
);

create table community.correction_wish (
    municipality_id int not null,
    wish_id uuid not null,
    member_id uuid not null,
    fields text[] not null check (fields <@ array['name', 'kana', 'born_on', 'contacts'] and cardinality(fields) > 0),
    said bytea,
    wished_at timestamptz not null,
    wished_by uuid not null,
    constraint correction_wish_pkey primary key (municipality_id, wish_id),
    constraint correction_wish_member foreign key (municipality_id, member_id) references community.member
);
create index correction_wish_of_member on community.correction_wish (municipality_id, member_id, wished_at);

create table community.member_words (
    municipality_id int not null,
    about_id uuid not null,
    member_id uuid not null,
    said bytea not null,
    constraint member_words_once primary key (municipality_id, about_id),
    constraint member_words_member foreign key (municipality_id, member_id) references community.member
);

create table community.correction_answer (
    municipality_id int not null,
    wish_id uuid not null,
    answered_at timestamptz not null,
    answered_by uuid not null,
    constraint correction_answer_once primary key (municipality_id, wish_id),
    constraint correction_answer_wish foreign key (municipality_id, wish_id) references community.correction_wish
);
"""

SEALED = ("community.person", "community.person_key", "community.person_mark")
KEPT = (
    "community.member_words",
    "community.person_change",
    "community.erasure",
    "community.correction_wish",
    "community.correction_answer",
)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), VAULT + ddl.append_only(*KEPT) + ddl.walls(*SEALED, *KEPT))
