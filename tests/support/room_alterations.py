"""What somebody with all rights might alter in the rooms beside the book, in SQL, and the check of the audit that has to name it."""

from __future__ import annotations

from tests.support import counter_alterations, fact_alterations

A_DECISION = "(select cause_id from ledger.journal_entry where kind = 'grant' order by recorded_at limit 1)"
A_GRANT = "(select entry_id from ledger.journal_entry where kind = 'grant' order by recorded_at limit 1)"
TOLD_MORE = "jsonb_set(decision, '{amount}', to_jsonb(amount + 1))"

# the check that names it: what was done -> by what it was done
ALTERATIONS: dict[str, tuple[str, ...]] = fact_alterations.ALTERATIONS | counter_alterations.ALTERATIONS | {
    "append_only_rooms: a trigger switched off": ("alter table activities.scan disable trigger append_only",),
    "append_only_rooms: a right too many": ("grant delete on rules.decision to yui_app",),
    "tenant_walls_rooms: no row level security": ("alter table wallets.redemption disable row level security",),
    "guards_in_place: a guard of spending that guards nothing": (
        "create or replace function wallets.on_redemption() returns trigger language plpgsql as 'begin return null; end'",
    ),
    "decision_granted: of no decision": (f"update ledger.journal_entry set cause_id = entry_id where entry_id = {A_GRANT}",),
    "decision_granted: another amount": (f"update rules.decision set amount = amount + 1 where decision_id = {A_DECISION}",),
    "decision_granted: another member": (
        f"update rules.decision set member_id = gen_random_uuid() where decision_id = {A_DECISION}",
    ),
    "decision_granted: voided and still granted": (
        "insert into rules.decision_void (municipality_id, decision_id, reason, voided_at) "
        f"select 1, {A_DECISION}, 'x', now()",
    ),
    "decision_granted: taken back and still decided": ("delete from rules.decision_void",),
    "grant_funded: by a line that the edition does not name": ("update rules.budget_line set code = code || '-x'",),
    "grant_funded: of another year": ("update rules.budget_line set fiscal_year = 2025",),
    "grant_funded: by no budget line": ("delete from rules.budget_line where code = 'care'",),
    "grant_lots: of another attendance": (f"update ledger.lot set origin_attendance = gen_random_uuid() where entry_id = {A_GRANT}",),
    "grant_lots: good for longer": (f"update ledger.lot set expires_on = 'infinity' where entry_id = {A_GRANT}",),
    "grant_lots: of another edition": (f"update ledger.lot set edition_id = null where entry_id = {A_GRANT}",),
    "grant_lots: of another budget line": (
        "update ledger.lot t set funding_account = b.account_id from rules.budget_line b "
        f"where entry_id = {A_GRANT} and b.account_id <> t.funding_account",
    ),
    "decision_facts: a longer attendance": ("update activities.attendance set minutes = minutes + 60",),
    "decision_facts: other evidence": ("update activities.attendance set evidence = 4",),
    "decision_facts: another day": ("update activities.attendance set started_at = started_at - interval '2 days'",),
    "decision_facts: no attendance": ("delete from activities.attendance",),
    "decision_facts: a column that says otherwise": (f"update rules.decision set minutes = 61 where decision_id = {A_DECISION}",),
    "edition_in_force: decided before it was published": ("update rules.edition set published_at = published_at + interval '1 day'",),
    "edition_in_force: another one was in force": (
        """
        insert into rules.edition (municipality_id, edition_id, scheme_id, starts_on, document, document_sha256, proposed_by,
            approved_by, published_at, published_by)
        select municipality_id, gen_random_uuid(), scheme_id, starts_on + 1, document, document_sha256, proposed_by, approved_by,
            published_at - interval '1 day', published_by
        from rules.edition
        """,
    ),
    "edition_life: nobody was heard": ("delete from rules.edition_opinion",),
    "edition_life: heard afterwards": ("update rules.edition_opinion set recorded_at = recorded_at + interval '1 hour'",),
    "edition_life: nobody approved": ("delete from rules.edition_approval",),
    "edition_life: another one approved": ("update rules.edition_approval set approved_by = gen_random_uuid()",),
    "edition_life: another one proposed": ("update rules.edition_proposal set proposed_by = gen_random_uuid()",),
    "edition_life: one person": (
        "update community.principal p set created_by = e.approved_by from rules.edition e where p.principal_id = e.proposed_by",
    ),
    "edition_life: withdrawn and published": (
        "insert into rules.proposal_close (municipality_id, proposal_id, outcome, reason, closed_at, closed_by) "
        "select municipality_id, edition_id, 'withdrawn', 'x', now(), proposed_by from rules.edition",
    ),
    "edition_life: of a draft that is not": (
        "update rules.edition_proposal set draft_id = gen_random_uuid(), draft_version = 1",
    ),
    "editions_in_turn: put in before": (
        """
        insert into rules.edition (municipality_id, edition_id, scheme_id, starts_on, document, document_sha256, proposed_by,
            approved_by, published_at, published_by)
        select municipality_id, gen_random_uuid(), scheme_id, starts_on - 1, document, document_sha256, proposed_by, approved_by,
            published_at + interval '1 day', published_by
        from rules.edition
        """,
    ),
    "editions_in_turn: after a gap": (
        "update rules.edition set last_granting_on = starts_on",
        """
        insert into rules.edition (municipality_id, edition_id, scheme_id, starts_on, document, document_sha256, proposed_by,
            approved_by, published_at, published_by)
        select municipality_id, gen_random_uuid(), scheme_id, starts_on + 400, document, document_sha256, proposed_by, approved_by,
            published_at + interval '1 day', published_by
        from rules.edition
        """,
    ),
    "editions_as_approved: another end": ("update rules.edition set last_granting_on = '2030-03-31'",),
    "decision_superseded: decided on what was corrected": ("delete from rules.decision_void",),
    "signed_by_another: by oneself": (
        "insert into activities.signoff (municipality_id, attendance_id, signed_by, signed_at) "
        "select a.municipality_id, a.attendance_id, p.principal_id, now() from activities.attendance a "
        "join community.principal p on p.member_id = a.member_id limit 1",
    ),
    "signed_by_another: by nobody": ("update activities.attendance set needs_signoff = true",),
    "two_people: one settles alone": (
        "update wallets.settlement_approval a set approved_by = s.proposed_by from wallets.settlement s",
    ),
    "two_people: one decides on the own application": (
        "update wallets.application_decision d set decided_by = a.applied_by from wallets.application a",
    ),
    "redemption_of_its_entry: another amount": ("update wallets.redemption set amount = amount + 1 where kind = 'purchase'",),
    "redemption_of_its_entry: another holder": ("update wallets.redemption set holder = gen_random_uuid() where kind = 'pledge'",),
    "redemption_of_its_entry: of another entry": (
        f"update wallets.redemption set entry_id = {A_GRANT} where kind = 'conversion'",
    ),
    "redemption_traced: to nothing": ("update ledger.lot set origin_attendance = null",),
    "redemption_traced: to attendances that are not": (
        "update ledger.lot set origin_attendance = gen_random_uuid() where parent_lot is null",
    ),
    "redemption_traced: help for nothing": (
        "delete from activities.attendance where attendance_id in (select attendance_id from wallets.redemption)",
    ),
    "help_matched: for another price": ("update activities.match set pay_per_hour = pay_per_hour + 60",),
    "help_matched: to another helper": ("update wallets.redemption set counterparty = gen_random_uuid() where kind = 'help'",),
    "help_matched: longer than agreed": ("update activities.match set minutes_planned = 30, minutes_max = 60",),
    "pay_code_once: twice": (
        "alter table wallets.pay_code_use drop constraint pay_code_once",
        "insert into wallets.pay_code_use select * from wallets.pay_code_use limit 1",
    ),
    "pay_code_once: above its limit": ("update wallets.pay_code set amount_max = 1",),
    "pay_code_once: another's": ("update wallets.pay_code set member_id = gen_random_uuid()",),
    "settlement: an item not paid": ("delete from wallets.settlement_payment",),
    "settlement: another amount": ("update wallets.settlement_item set amount = amount + 1",),
    "settlement: paid and not approved": ("delete from wallets.settlement_approval",),
    "settlement: paid beside a batch": ("delete from wallets.settlement_item", "delete from wallets.settlement_payment"),
    "settlement: by another's entry": (f"update wallets.settlement_payment set entry_id = {A_GRANT}",),
    "expiry: another amount": ("update wallets.expiry_item set amount = amount + 1",),
    "expiry: lapsed without a run": ("delete from wallets.expiry_item",),
    "expiry: too early": ("update wallets.expiry_execution set executed_at = executed_at - interval '1 day'",),
    "expiry: what was still good": ("update ledger.lot set expires_on = expires_on + 1",),
    "correction: no reason left": ("delete from wallets.correction",),
    "correction: an undo without its record": ("delete from wallets.undo",),
    "correction: another shortfall": ("update wallets.correction set shortfall = shortfall + 1 where shortfall > 0",),
    "correction: of another entry": (f"update wallets.correction set reversal_id = {A_GRANT} where shortfall > 0",),
    "correction: an undo of nothing": ("delete from ledger.journal_entry where kind = 'undo'",),
    "application: more than was applied for": ("update wallets.application set amount = amount - 1",),
    "application: more came back": ("update wallets.application_return set amount = amount + 1",),
    "application: approved for another group": ("update wallets.application set organisation_id = gen_random_uuid()",),
    "claim_holds_what_it_takes: it says that it takes more": (
        "update wallets.claim_payout set payout = jsonb_set(payout, '{taken,0,amount}', '99')",
    ),
    "claim_holds_what_it_takes: refused and still reserved": ("delete from ledger.hold_resolution where kind = 'release'",),
    "claim_booked_as_held: booked for nobody": ("delete from wallets.claim_booking",),
    "claim_booked_as_held: owed to another": ("update wallets.claim_payout set payee = gen_random_uuid()",),
    "claim_booked_as_held: in no batch": ("delete from wallets.claim_batch_item",),
    "claims_by_two_people: one makes the list and approves it": (
        "update wallets.claim_batch b set made_by = a.approved_by from wallets.claim_batch_approval a",
    ),
    "claims_by_two_people: one approves what they claimed": (
        "update wallets.claim c set claimed_by = a.approved_by from wallets.claim_batch_approval a",
    ),
    "claims_by_two_people: one closes the year alone": (
        "update wallets.year_end_execution x set executed_by = r.announced_by from wallets.year_end_run r",
    ),
    "year_end: another amount": ("update wallets.year_end_item set lapsed = lapsed + 1 where lapsed > 0",),
    "year_end: lapsed without a run": ("delete from wallets.year_end_item",),
    "year_end: too early": ("update wallets.year_end_run set closes_on = closes_on + 1",),
    "year_end: points of another scheme": ("update ledger.lot set edition_id = null",),
    "payouts_recomputed: another value": (
        "update wallets.claim_payout set value = value + 1, payout = jsonb_set(payout, '{value}', to_jsonb(value + 1))",
    ),
    "payouts_recomputed: another day": (
        "update wallets.claim_payout set facts = jsonb_set(facts, '{claimed_on}', '\"2026-05-14\"')",
    ),
    "payouts_recomputed: more was held": (
        "update wallets.claim_payout set facts = jsonb_set(facts, '{holdings}', '[]')",
    ),
    "claim_limits_hold: more than the limit": (
        "delete from wallets.claim_end",
        "update wallets.claim_payout set facts = jsonb_set(facts, '{member_id}', '\"00000000-0000-7000-8000-000000000000\"')",
    ),
    "closings_recomputed: less lapses": (
        "update wallets.year_end_item set facts = jsonb_set(facts, '{holdings}', '[]')",
    ),
    "closings_recomputed: a figure that says otherwise": ("update wallets.year_end_item set carried = carried + 1",),
    "hours_given_once: more than were earned": ("update wallets.redemption_origin set amount = amount * 100",),
    "group_gets_back: more than it used": (
        "update ledger.journal_line set amount = amount * 10 "
        "where entry_id in (select entry_id from ledger.journal_entry where kind = 'group_return')",
    ),
    "spending_has_its_record: a conversion without one": ("delete from wallets.redemption where kind = 'conversion'",),
    "decisions_recomputed: another amount, told everywhere": (
        f"update rules.decision set decision = {TOLD_MORE}, amount = amount + 1 where decision_id = {A_DECISION}",
    ),
    "decisions_recomputed: another fact": ("update rules.decision set facts = jsonb_set(facts, '{minutes}', '600')",),
    "decisions_recomputed: another text": (
        "update rules.edition set document = replace(document, 'limit = 250', 'limit = 150'), "
        "document_sha256 = sha256(convert_to(replace(document, 'limit = 250', 'limit = 150'), 'UTF8'))",
    ),
    "decisions_recomputed: no text": ("update rules.edition set document = 'x', document_sha256 = sha256('x')",),
    "decisions_recomputed: no facts": ("update rules.decision set facts = '{}'",),
    "decisions_recomputed: attended otherwise, told everywhere": (
        "update activities.attendance set minutes = minutes + 1",
        "update rules.decision set facts = jsonb_set(facts, '{minutes}', to_jsonb(cast(facts ->> 'minutes' as int) + 1))",
    ),
    "decisions_recomputed: a column that says otherwise": (
        f"update rules.decision set minutes = minutes + 1 where decision_id = {A_DECISION}",
    ),
    "editions_as_approved: a text that decides alike": (
        "update rules.edition set document = '# ' || chr(10) || document, "
        "document_sha256 = sha256(convert_to('# ' || chr(10) || document, 'UTF8'))",
    ),
    "editions_as_approved: another fingerprint": (
        "alter table rules.edition drop constraint edition_check",
        "update rules.edition set document_sha256 = sha256('x')",
    ),
    "editions_as_approved: another first day": ("update rules.edition set starts_on = starts_on - 1",),
    "grants_to_the_point: more in the wallet": (
        f"update ledger.journal_line set amount = amount + sign(amount) where entry_id = {A_GRANT}",
    ),
    "grants_to_the_point: a larger lot": (f"update ledger.lot set amount = amount + 1 where entry_id = {A_GRANT}",),
    "grants_to_the_point: drawn from another line": ("update rules.budget_line set code = 'prefecture' where code = 'care'",),
    "grants_to_the_point: more, told everywhere but in the facts": (
        f"update ledger.journal_line set amount = amount + sign(amount) where entry_id = {A_GRANT}",
        f"update ledger.lot set amount = amount + 1, remaining = remaining + 1 where entry_id = {A_GRANT}",
        f"update rules.decision set decision = {TOLD_MORE}, amount = amount + 1 where decision_id = {A_DECISION}",
    ),
    "caps_hold: a past that was not": (
        "update rules.decision set facts = jsonb_set(facts, '{used,0,amount}', '0') where facts #>> '{used,0,amount}' = '100'",
    ),
    "caps_hold: a decision counted for another day": (
        "update rules.decision set member_id = (select member_id from rules.decision order by decision_id limit 1), "
        "facts = jsonb_set(facts, '{member_id}', (select to_jsonb(member_id) from rules.decision order by decision_id limit 1))",
    ),
}  # fmt: skip
