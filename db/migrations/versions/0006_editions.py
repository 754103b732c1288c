"""The life of an edition: drafts, the opinion of the council, approval, withdrawal, rejection; who published, and how a scheme ends.

Editions that were published before this step have no approval and no opinion on record, and no `published_by`: that tells them apart.
The guards are in rules/sql/30_editions.sql.
"""

from alembic import op

from db import ddl

revision = "0006"
down_revision = "0005"

EDITIONS = """
create table rules.edition_draft (
    municipality_id int not null,
    draft_id uuid not null,
    version int not null check (version between 1 and 1000),
    follows int generated always as (nullif(version - 1, 0)) stored,
    scheme_id uuid not null,
    document text not null check (length(document) <= 65536),
    note text check (length(note) <= 200),
    saved_at timestamptz not null,
    saved_by uuid not null,
    constraint edition_draft_pkey primary key (municipality_id, draft_id, version),
    constraint edition_draft_of_one_scheme unique (municipality_id, draft_id, version, scheme_id),
    constraint edition_draft_scheme foreign key (municipality_id, scheme_id) references rules.scheme,
    constraint edition_draft_follows foreign key (municipality_id, draft_id, follows, scheme_id)
        references rules.edition_draft (municipality_id, draft_id, version, scheme_id)
);
create index edition_draft_of_scheme on rules.edition_draft (municipality_id, scheme_id, draft_id);

alter table rules.edition_proposal
    add column draft_id uuid,
    add column draft_version int,
    add constraint edition_proposal_draft foreign key (municipality_id, draft_id, draft_version) references rules.edition_draft,
    add constraint a_draft_has_its_version check ((draft_id is null) = (draft_version is null));
create index edition_proposal_by_time on rules.edition_proposal (municipality_id, scheme_id, proposed_at, proposal_id);

create table rules.edition_opinion (
    municipality_id int not null,
    opinion_id uuid not null,
    proposal_id uuid not null,
    opinion text check (length(opinion) <= 10000),
    held_on date check (held_on <= cast(recorded_at at time zone 'Asia/Tokyo' as date)),
    votes_for int check (votes_for between 0 and 100000),
    votes_against int check (votes_against between 0 and 100000),
    votes_abstained int check (votes_abstained between 0 and 100000),
    absent_reason text check (length(absent_reason) <= 1000),
    recorded_at timestamptz not null,
    recorded_by uuid not null,
    constraint edition_opinion_pkey primary key (municipality_id, opinion_id),
    constraint edition_opinion_proposal foreign key (municipality_id, proposal_id) references rules.edition_proposal,
    constraint opinion_or_why_there_is_none check (
        num_nonnulls(opinion, held_on, votes_for, votes_against, votes_abstained)
        = case when absent_reason is null then 5 else 0 end
    )
);
create index edition_opinion_of_proposal on rules.edition_opinion (municipality_id, proposal_id, recorded_at);

create table rules.edition_approval (
    municipality_id int not null,
    proposal_id uuid not null,
    approved_at timestamptz not null,
    approved_by uuid not null,
    constraint approved_once primary key (municipality_id, proposal_id),
    constraint edition_approval_proposal foreign key (municipality_id, proposal_id) references rules.edition_proposal
);

create table rules.proposal_close (
    municipality_id int not null,
    proposal_id uuid not null,
    outcome text not null check (outcome in ('withdrawn', 'rejected')),
    reason text not null check (length(reason) <= 1000),
    closed_at timestamptz not null,
    closed_by uuid not null,
    constraint closed_once primary key (municipality_id, proposal_id),
    constraint proposal_close_proposal foreign key (municipality_id, proposal_id) references rules.edition_proposal
);

alter table rules.edition
    add column published_by uuid,
    add column last_granting_on date,
    add constraint edition_says_who_published check (published_by is not null) not valid,
    add constraint edition_of_its_proposal foreign key (municipality_id, edition_id) references rules.edition_proposal not valid;
"""

TABLES = (
    "rules.edition_draft",
    "rules.edition_opinion",
    "rules.edition_approval",
    "rules.proposal_close",
)


def upgrade() -> None:
    ddl.run_script(op.get_bind(), EDITIONS + ddl.append_only(*TABLES) + ddl.walls(*TABLES))
