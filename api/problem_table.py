"""The one table from code to HTTP: status, title, and what the reader should do. docs/problems.md is printed from it.

401 and 403 ask who you are; 404 covers what does not exist and what is not yours to see; 409 says that the state of the world is
against it and may change; 422 says that this request will never do.
"""

from __future__ import annotations

from api.problem_devices import DEVICES
from api.problem_offline import OFFLINE
from api.problem_passkeys import PASSKEYS
from api.problem_persons import PERSONS
from api.problem_proxies import PROXIES
from api.problem_row import Row

_ASK_LIST = "Look the thing up in its list; what belongs to others or to another municipality does not show."
_ONCE = "Nothing to do: it was done before. Read what stands."
_ENTER_ANEW = "Read the record, then ask anew with what it allows."

_DOOR = {
    "invalid_request": Row(400, "The request has not the stated shape", "Correct what `faults` names; see /openapi."),
    "idempotency_key_missing": Row(
        400, "An idempotency key is required", "Send an `Idempotency-Key` header, new for each new wish."
    ),
    "idempotency_key_malformed": Row(
        400, "The idempotency key cannot be used", "Send 1 to `length_max` printable ASCII characters."
    ),
    "not_authenticated": Row(401, "A valid token is required", "Send `Authorization: Bearer …` with a token that was not ended."),
    "role_not_allowed": Row(403, "This role may not do this", "Ask somebody whose role is in `allowed`."),
    "unknown_path": Row(404, "Nothing is served here", "Compare the address with /openapi."),
    "unknown_record": Row(404, "No such record", _ASK_LIST),
    "method_not_allowed": Row(405, "Not by this method", "Use one of `allowed`."),
    "body_too_slow": Row(408, "The body did not arrive in time", "Send it again; with the same key nothing happens twice."),
    "body_too_large": Row(413, "The body is too large", "Send at most `bytes_max` bytes, a long list in parts."),
    "foreign_form": Row(403, "The form is not from this sign-in", "Open the page again and send it once more."),
    "not_signed_in": Row(401, "Nobody is signed in", "Sign in and open the page again."),
    "form_incomplete": Row(422, "The form is incomplete", "Fill in `field` as the page says."),
    "entrance_closed": Row(410, "This entrance opens nothing", "Ask the desk for a new one; each is good once."),
    "birth_date_differs": Row(403, "The birth date differs", "Try again, or ask the desk: `attempts_left` are left."),
    "entrance_spent": Row(410, "The birth date differed too often", "Ask the desk for a new entrance."),
    "too_many_attempts": Row(429, "Tried too often", "Try again in `minutes` minutes."),
    "birth_date_unknown": Row(409, "The birth date is not on record", "An officer or a coordinator makes the entrance."),
    "password_too_weak": Row(422, "The password is too weak", "Choose one of `length_min` to `length_max` characters."),
    "wrong_proof": Row(403, "Login, password or code are not right", "Try again: `attempts_left` are left for now."),
    "proof_not_set": Row(409, "Nothing was set to prove oneself by", "Set a password and a code app first."),
    "entrance_needed": Row(403, "A new entrance is needed for this", "Ask whoever runs the service for an entrance."),
    "step_up_needed": Row(403, "One has to prove oneself again", "Give a code of the app, then do it once more."),
    "openid_not_set": Row(409, "The municipality has no OpenID provider here", "Sign in with a password and a code."),
    "openid_address_unsafe": Row(422, "The OpenID provider is not reached by https", "Name an issuer that begins with https://."),
    "openid_secret_unreadable": Row(
        503, "The client's secret cannot be read", "Set the provider anew: the master key was changed."
    ),
    "openid_unreachable": Row(
        503, "The OpenID provider does not answer", "Sign in with a password and a code, or try again later."
    ),
    "openid_over": Row(410, "This sign-in with the provider is over", "Begin again, in one browser, within ten minutes."),
    "openid_declined": Row(403, "The OpenID provider said no", "Begin again, or sign in with a password and a code."),
    "openid_refused": Row(
        403, "What the provider sent does not hold", "Begin again; tell the operator the `reason` if it stays."
    ),
    "openid_not_linked": Row(403, "The account is nobody's here", "Come in by an entrance, then link the account."),
    "openid_other": Row(403, "The account is another person's", "Sign in at the provider as yourself, and begin again."),
    "session_ended": Row(401, "The session ended", "Sign in again."),
    "draft_not_named": Row(422, "Nothing to try, or two things", "Send either a document or the id of a proposal, and not both."),
    "unsupported_media_type": Row(415, "The body is not JSON", "Send `Content-Type: application/json`."),
}
_FAULTS = {
    "internal_error": Row(500, "We made a mistake", "Tell the operator the `instance`. With the same key it is safe to repeat."),
    "database_unreachable": Row(503, "The database cannot be reached", "Nothing was stored. Repeat after `Retry-After` seconds."),
    "outcome_unknown": Row(
        503,
        "It is not known whether it was done",
        "The connection broke while it was being stored. Repeat with the same `Idempotency-Key`: it is done once, and you are told.",
    ),
    "schema_mismatch": Row(503, "The database is of another version", "The operator runs `yui db migrate`."),
}
_TEXTS = {
    "text_missing": Row(422, "A text is missing", "Write something in `field`."),
    "text_too_long": Row(422, "A text is too long", "Shorten `field` to `length_max` characters."),
    "unreadable_text": Row(422, "A text has a hidden character", "Remove `character` from `field`."),
}
_CODES = {
    "unreadable_code": Row(422, "This is not one of our codes", "Scan again, closer and straight; check what was typed."),
    "foreign_code": Row(422, "The code leads to another host", "Use a code of this town."),
    "wrong_kind_of_code": Row(422, "A code of another kind is needed here", "Scan one of `expected`."),
    "forged_code": Row(422, "The code is not genuine", "Scan the code on the venue's screen."),
    "expired_code": Row(409, "The code's time is over", "Scan the code that is on the screen now."),
    "early_code": Row(409, "The code's time has not come", "Set the device's clock, then scan again."),
    "unknown_card": Row(404, "No such card", "Take the member's number instead, and have the card replaced."),
    "card_revoked": Row(409, "The card was taken out of use", "Use the member's new card, or the number."),
    "unknown_poster": Row(404, "No such poster", "Show the card to the host instead."),
    "poster_revoked": Row(409, "The poster was taken out of use", "Show the card to the host instead."),
    "unknown_credential": Row(404, "No such card or poster", _ASK_LIST),
    "already_revoked": Row(409, "It was taken out of use before", _ONCE),
    "too_many_cards": Row(422, "Too many cards for one print-out", "Print at most `count_max` at a time."),
}
_BOOK = {
    "insufficient_balance": Row(409, "There is not enough", "`available` can be spent; ask for less, or wait for more."),
    "budget_exhausted": Row(
        409, "The budget is used up", "The attendance stands. Appropriate more, then have waiting grants retried."
    ),
    "ceiling_reached": Row(409, "The account would hold too much", "At most `room` more fits."),
    "malformed_entry": Row(
        422, "This is not an entry", "Tell the operator: the service asked its own book for something impossible."
    ),
    "amount_out_of_range": Row(422, "The amount is out of range", "Ask for 1 to `amount_max`."),
    "unknown_account": Row(404, "No such account", _ASK_LIST),
    "account_not_empty": Row(409, "The account is not empty", "Book what is on it elsewhere first."),
    "account_closed": Row(409, "The account is closed", "Use an open one."),
    "unknown_unit": Row(404, "No such unit", "Use the code of one of the municipality's units."),
    "unknown_entry": Row(404, "No such entry", _ASK_LIST),
    "already_reversed": Row(409, "The entry was reversed before", _ONCE),
    "reversal_of_reversal": Row(422, "A reversal is not reversed", "Enter anew what it undid."),
    "already_spent": Row(409, "What it gave was spent in part", "Correct it with the shortfall written down, or leave it."),
    "already_booked": Row(409, "This was booked before", _ONCE),
    "unknown_hold": Row(404, "No such hold", _ASK_LIST),
    "hold_resolved": Row(409, "The hold is resolved", _ONCE),
    "hold_too_small": Row(409, "More than was held", "Confirm at most `held`."),
    "period_closed": Row(409, "The month is closed", "Book it from `open_from` on."),
    "period_not_over": Row(409, "The month cannot be closed yet", "Close months in order, after their last day."),
    "key_reused": Row(
        409, "The key was used for another request", "Use a new key for a new request; the same request for the same key."
    ),
    "too_many_items": Row(422, "The list is too long", "Send at most `items_max` at a time."),
}
_COMMUNITY = {
    "bad_municipality_code": Row(422, "Not a municipality's code", "Check the six digits; the last one checks the others."),
    "unknown_municipality": Row(404, "No such municipality", "Use the code of a town that was founded here."),
    "unknown_area": Row(404, "No such area", _ASK_LIST),
    "area_layer_mismatch": Row(
        422, "An area lies in one of the layer above", "Name a parent of the layer above, and none for layer 1."
    ),
    "unknown_organisation": Row(404, "No such organisation", _ASK_LIST),
    "unknown_member": Row(404, "No such member", _ASK_LIST),
    "unknown_member_number": Row(404, "Nobody has this number", "Ask the member for the number on the card."),
    "bad_member_number": Row(422, "The number was mistyped", "Compare it with the card: one digit is wrong, or two are swapped."),
    "birth_date_out_of_range": Row(422, "The date of birth cannot be", "Write a day from `earliest` to `latest`."),
    "unknown_principal": Row(404, "No such principal", _ASK_LIST),
    "principal_incomplete": Row(422, "It must say for whom it acts", "Name the `missing` id."),
    "office_from_outside": Row(403, "The office is not extended from here", "The operator runs `yui token create`."),
    "area_for_coordinators": Row(
        422, "An area bounds coordinators alone", "Leave the area out, or give the role of a coordinator."
    ),
    "role_waits": Row(409, "The role waits for a second person", "Somebody else than who gave it confirms it first."),
    "role_ended": Row(409, "The role is over", "Give the role anew."),
    "token_lifetime_out_of_range": Row(422, "The token's lifetime is out of range", "Ask for at most `days_max` days."),
    "unknown_token": Row(404, "No such token", "It may belong to another municipality."),
}
_SPENDING = {
    "unknown_pay_code": Row(404, "No such pay code", "Scan it again, or ask for a new one."),
    "pay_code_used": Row(409, "The pay code was used", "Ask the holder for a new one."),
    "pay_code_expired": Row(409, "The pay code's time is over", "Ask the holder for a new one."),
    "pay_code_too_small": Row(409, "The holder agreed to less", "Take at most `amount_max`, or ask for a new code."),
    "pay_code_of_other_unit": Row(422, "The pay code is for another unit", "Take `unit_of_code`, or ask for a new code."),
    "card_limit_reached": Row(
        409, "Too much for a card alone", "By card `limit` a day can be taken, less `spent_today`; above it, ask for a pay code."
    ),
    "not_a_partner": Row(403, "Points are taken by partners alone", "Have the organisation entered as a partner."),
    "not_a_group": Row(403, "Only a group can do this", "Use a group's organisation."),
    "unit_not_suited": Row(422, "The unit is not for this use", "Use a unit that is."),
    "untraced_amount": Row(
        409, "No activity stands behind a part of it", "Only what came from an activity is redeemed: at most `traced`."
    ),
    "unknown_redemption": Row(404, "No such redemption", _ASK_LIST),
    "not_undoable": Row(422, "Only a purchase is undone", "Ask an officer for a correction."),
    "undo_too_late": Row(409, "Too late to undo", "Ask an officer for a correction."),
    "unknown_application": Row(404, "No such application", _ASK_LIST),
    "application_decided": Row(409, "The application was decided", _ONCE),
    "application_not_approved": Row(409, "Nothing was paid on it", "Only what was paid can come back."),
    "application_returned": Row(409, "It came back before", _ONCE),
    "return_too_large": Row(422, "More than was approved", "Return at most `amount_max`."),
    "unknown_correction_asked": Row(404, "Nobody asked for this correction", _ASK_LIST),
    "correction_decided": Row(409, "It is decided whether this is corrected", _ONCE),
    "already_corrected": Row(409, "The entry was corrected before", _ONCE),
    "reverse_return_first": Row(409, "What came back stands in the way", "Correct the return first: `entry_id`."),
    "not_correctable": Row(422, "This is not corrected by one person", "Set it right with the next `instead`."),
    "same_person": Row(403, "Who asked for it cannot approve it", "A second person approves."),
    "unknown_settlement": Row(404, "No such settlement", _ASK_LIST),
    "nothing_to_settle": Row(409, "Nobody is owed anything", "Nothing to do."),
    "settlement_done": Row(409, "The batch was settled", _ONCE),
    "settlement_stale": Row(409, "Less is owed now than the batch would pay", "Propose it anew."),
    "settlement_not_approved": Row(409, "The batch is not approved", "A second person approves it first."),
    "day_not_reached": Row(409, "The day lies ahead", "Wait until `day`."),
    "expiry_announced": Row(409, "This expiry was announced", _ONCE),
    "expiry_not_announced": Row(409, "Nothing expires unannounced", "Announce it first."),
    "expiry_too_early": Row(409, "The last day is not over", "Execute it from `not_before` on."),
    "expiry_done": Row(409, "The expiry was executed", _ONCE),
}
_CLAIMS = {
    "unknown_claim": Row(404, "No such claim", _ASK_LIST),
    "no_edition_then": Row(409, "No edition was in force", "Choose a day on which the scheme has an edition in force."),
    "claim_pays_nothing": Row(409, "By the rules nothing is paid", "Read `explanation`; `trace` has every step."),
    "claim_not_open": Row(409, "The claim is not open for this", _ENTER_ANEW),
    "claim_still_asks": Row(409, "Something is still not known", "Have recorded what `trace` asks for, then decide it again."),
    "payout_form_not_offered": Row(422, "It is not paid in this form", "Choose one of `offered`."),
    "deductions_need_officer": Row(403, "Deductions are written down by an officer", "Ask the office."),
    "unknown_claim_batch": Row(404, "No such batch of claims", _ASK_LIST),
    "nothing_to_approve": Row(409, "No claim is payable by then", "Nothing to do."),
    "claim_batch_approved": Row(409, "The batch was approved", _ONCE),
    "not_a_base_day": Row(422, "Not a base day", "Ask for 31 March or 30 September."),
    "unknown_year_end": Row(404, "No such year end", _ASK_LIST),
    "year_end_announced": Row(409, "This year end was announced", _ONCE),
    "year_end_too_early": Row(409, "The year is not over", "Close it on `not_before` or later."),
    "year_end_done": Row(409, "The year end was executed", _ONCE),
    "no_wind_down": Row(409, "The scheme does not end so", "Publish an edition that says what becomes of the rest."),
    "no_scheme_year": Row(422, "No year of the scheme holds this day", "Choose a day of one of its years."),
    "unknown_decree": Row(404, "No such decree to choose", "Choose one of `chosen_ones`."),
}
_LAW = {
    "unreadable_edition": Row(
        422, "The document is not an edition", "Correct every line that `errors` names; `yui rules check` helps."
    ),
    "unknown_scheme": Row(404, "No such scheme", _ASK_LIST),
    "scheme_exists": Row(409, "The scheme exists", "Use it, or another code."),
    "unknown_proposal": Row(404, "No such proposal", _ASK_LIST),
    "unknown_edition": Row(404, "No such edition", _ASK_LIST),
    "unknown_draft": Row(404, "No such draft", _ASK_LIST),
    "draft_moved_on": Row(409, "Somebody saved the draft since", "Read `version`, and write the next one on it."),
    "too_many_versions": Row(409, "The draft has too many versions", "Start another draft."),
    "opinion_missing": Row(409, "The council was not heard", "Attach its opinion, or write down why there is none."),
    "opinion_from_the_future": Row(422, "The council has not met yet", "Write the day on which it met, `today` at the latest."),
    "proposer_cannot_reject": Row(403, "Who proposed it cannot reject it", "Withdraw it, or let a second person reject it."),
    "not_the_proposer": Row(403, "Only who proposed it withdraws it", "Reject it, with a reason."),
    "already_approved": Row(409, "The proposal was approved before", "Publish it, or let it be."),
    "proposal_closed": Row(409, "Nothing more comes of the proposal", "Propose it anew."),
    "edition_leaves_gap": Row(
        409,
        "The edition would leave a gap",
        "Let it start on the day after `last_granting_on`, or earlier; or set up another scheme.",
    ),
    "unknown_budget_line": Row(404, "No such budget line", _ASK_LIST),
    "budget_line_exists": Row(409, "The budget line exists", "Appropriate more to it, or use another code."),
    "edition_of_another_scheme": Row(422, "The edition is of another scheme or unit", "Write `expected` into the document."),
    "edition_starts_too_early": Row(409, "The edition starts too early", "Let it start on `earliest` or later."),
    "proposer_cannot_publish": Row(403, "Who proposed it cannot publish it", "A second person publishes."),
    "already_published": Row(409, "The proposal was published", _ONCE),
    "unknown_decision": Row(404, "No such decision", _ASK_LIST),
    "unknown_preset": Row(404, "No such preset", "Choose one of those that `yui rules presets` lists."),
    "unreadable_facts": Row(422, "The facts cannot be read", "Correct what `problem` names."),
    "unreadable_fact": Row(422, "This is no fact about a person", "Correct the item `nth`; docs/rules/facts.md names the kinds."),
    "fact_days_out_of_order": Row(422, "The last day comes before the first", "Correct the days of the item `nth`."),
    "period_out_of_order": Row(422, "The last day comes before the first", "Exchange the days."),
    "period_too_long": Row(422, "The period is too long for one request", "Ask for `days_max` days at most, or run the command."),
    "too_much_to_look_at": Row(
        422, "There is too much for one request", "Ask for a shorter period, or let the operator run the command."
    ),
    "looking_already": Row(503, "Somebody else's is being looked at", "Ask again when it is done, in a minute."),
    "registered_since_when": Row(422, "A registration has a first day", "Add its first day to the item `nth`."),
}

_DEEDS = {
    "unknown_activity": Row(404, "No such activity", _ASK_LIST),
    "unknown_slot": Row(404, "No such slot", _ASK_LIST),
    "unknown_venue": Row(404, "No slot shows this code", "Scan the code on the venue's screen again."),
    "slot_closed": Row(409, "The slot is closed", "Ask the host for a correction."),
    "slot_full": Row(409, "Every place is taken", "Choose another slot."),
    "no_slot_then": Row(409, "Nothing takes place then", "Scan during the activity, or ask the host."),
    "no_match_then": Row(409, "No help was agreed for then", "Ask the coordinator; the times stand in the match."),
    "times_out_of_range": Row(
        422, "The times do not make sense", "Choose times from `earliest` to `latest`, at most `minutes_max` long."
    ),
    "booked_already": Row(409, "The member has a place", _ONCE),
    "unknown_booking": Row(404, "No such booking", _ASK_LIST),
    "unknown_need": Row(404, "No such need", _ASK_LIST),
    "need_not_open": Row(409, "The need is not open", _ENTER_ANEW),
    "pot_needs_coordinator": Row(403, "A coordinator says whether the pot pays", "Ask a coordinator."),
    "pot_for_those_who_cannot_earn": Row(422, "The pot does not pay for this member", "Let the receiver pay."),
    "unknown_offer": Row(404, "No such offer", _ASK_LIST),
    "unknown_match": Row(404, "No such match", _ASK_LIST),
    "match_not_open": Row(409, "The match is not open for this", _ENTER_ANEW),
    "help_has_begun": Row(409, "The help has begun", "Ask a coordinator to call it off, or to write down what was done."),
    "answered_otherwise": Row(409, "This side has answered differently", "An accepted match can be cancelled at no cost."),
    "helping_oneself": Row(422, "The helper is the one who asked", "Propose somebody else."),
    "limit_below_plan": Row(422, "The most is less than the plan", "Raise `minutes_max` to `minutes_planned` at least."),
    "scan_id_reused": Row(409, "Another scan has this id", "Give each scan an id of its own."),
    "scan_incomplete": Row(422, "The scan does not say enough", "Say what is `missing`."),
    "scan_not_for_role": Row(403, "This role does not scan like that", "Let somebody scan whose role may."),
    "scan_from_the_future": Row(422, "This has not happened yet", "Set the device's clock."),
    "scan_too_old": Row(422, "Too late for a scan", "Ask for a correction of the attendance."),
    "scan_outside_slot": Row(409, "The slot was not going on then", "Scan from `earliest` to `latest`."),
    "scan_outside_match": Row(409, "The help was not planned for then", "Scan from `earliest` to `latest`."),
    "self_confirmation": Row(403, "Nobody confirms their own record", "Ask somebody else to confirm it."),
    "unknown_attendance": Row(404, "No such attendance", _ASK_LIST),
    "attendance_superseded": Row(409, "The attendance was corrected", "Correct the one that stands: `superseded_by`."),
    "attendance_stands": Row(409, "The attendance is made already", "Correct it, with a reason."),
    "edit_twice": Row(422, "The same member is edited twice", "Say it once."),
    "unreadable_telling": Row(422, "Nothing about an activity is called so", "Choose a `what` that docs/rules/facts.md names."),
    "telling_out_of_range": Row(
        422, "This cannot be told so", "Say `what` in the field that `say` names, from `at_least` to `at_most` (words: so long)."
    ),
}

_HERE = _DOOR | _FAULTS | _TEXTS | _CODES | _COMMUNITY | _DEEDS | _BOOK | _SPENDING | _CLAIMS | _LAW
TABLE: dict[str, Row] = _HERE | PROXIES | PASSKEYS | DEVICES | OFFLINE | PERSONS
