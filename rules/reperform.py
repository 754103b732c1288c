"""Decisions once more: the edition that decided is applied again to the facts that were kept, and must say the same. Pure.

The text of an edition is parsed anew, so a changed text, a changed fact, a changed decision and a changed evaluator all show; what the
ledger granted is held against the decision, to the point. Works on rows of plain values, so that a list of them can be
given to another process; all decisions of a member are in one list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from rules import bearing, edition_store, evaluate, past, remembered
from rules.decision import Decision, Facts
from rules.past import Event, Whose
from rules.refusals import UnreadableEdition
from rules.remembered import Asking
from rules.vocabulary.edition import Edition

CHECKS = ("decisions_recomputed", "grants_to_the_point", "caps_hold")

_FACTS = msgspec.json.Decoder(Facts)
_DECISION = msgspec.json.Decoder(Decision)


class Stored(NamedTuple):
    """A decision as it is stored, what was attended, and what was granted for it; ids as text, instants in microseconds."""

    decision_id: str
    scheme_id: str
    edition_id: str
    member_id: str
    occurred_on: str
    amount: int
    minutes: int
    outcome: str
    decided_us: int
    voided_us: int | None
    facts: str
    decision: str
    attended: str | None
    """member, day, kind, role, minutes and evidence of the attendance, parted by blanks"""
    entry_id: str | None
    given: int | None
    """what the entry put into the wallet of the member"""
    lots: int | None
    """what its lots sum up to"""
    drawn: str | None
    """from which budget lines: "care=320 general=80\""""


class Law(NamedTuple):
    """The editions by their ids, and what those of each scheme ask about the past."""

    editions: Mapping[str, Edition]
    asking: Mapping[str, Asking]
    of_scheme: Mapping[str, tuple[Asking, ...]]


class Found(msgspec.Struct):
    """What re-performing a list found: how many, the first difference of each check, and what counts for everybody."""

    decisions: int = 0
    grants: int = 0
    first: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict[str, dict[str, Any]])
    everybody: list[tuple[Whose, Event]] = msgspec.field(default_factory=list[tuple[Whose, Event]])

    def differs(self, check: str, difference: Mapping[str, Any] | None) -> None:
        """Keeps the difference, if there is one and it is the first of its check."""
        if difference is not None:
            self.first.setdefault(check, dict(difference))


def law(documents: Iterable[tuple[str, str, str]]) -> Law:
    """The law from the id, the scheme and the text of each edition. What cannot be read is left out."""
    editions: dict[str, Edition] = {}
    asking: dict[str, Asking] = {}
    of_scheme: dict[str, tuple[Asking, ...]] = {}
    for edition_id, scheme_id, document in documents:
        try:
            edition = edition_store.parsed(document)
        except UnreadableEdition:
            continue
        editions[edition_id] = edition
        asking[edition_id] = remembered.asking(edition)
        of_scheme[scheme_id] = (*of_scheme.get(scheme_id, ()), asking[edition_id])
    return Law(editions, asking, of_scheme)


def perform(ruled_by: Law, rows: Sequence[Stored]) -> Found:
    """Re-performs the decisions of `rows`: all of one member, or of several."""
    found = Found()
    ledger = past.Ledger()
    for row in rows:
        found.decisions += 1
        found.grants += row.entry_id is not None
        _one(ruled_by, row, found, ledger)
    found.everybody = ledger.take_everybody()
    found.differs("caps_hold", ledger.first_untrue())
    return found


def _one(ruled_by: Law, row: Stored, found: Found, ledger: past.Ledger) -> None:
    told: dict[str, Any] = {"decision_id": row.decision_id, "edition_id": row.edition_id}
    edition = ruled_by.editions.get(row.edition_id)
    if edition is None:
        return found.differs("decisions_recomputed", told | {"unreadable": "its edition"})
    try:
        facts, kept = _FACTS.decode(row.facts), _DECISION.decode(row.decision)
    except msgspec.DecodeError as error:
        return found.differs("decisions_recomputed", told | {"unreadable": str(error)})
    made = evaluate.evaluate(edition, facts)
    if made != kept:
        differing = {"kept": msgspec.to_builtins(kept), "recomputed": msgspec.to_builtins(made)}
        found.differs("decisions_recomputed", told | differing)
    found.differs("decisions_recomputed", _columns(row, facts, kept, told))
    found.differs("grants_to_the_point", _granted(row, made, told) or _shared(row, made, edition, told))
    counting = Event(row.decided_us, row.voided_us, past.NOT_ASKED, 0, row.decision_id)
    own, of_scheme = ruled_by.asking[row.edition_id], ruled_by.of_scheme[row.scheme_id]
    if any(each.recalls for each in of_scheme):
        ledger.recall(row.scheme_id, past.recalled(own, facts, kept, counting))
    for member_id, window, event in past.events(own, of_scheme, facts, kept, counting):
        ledger.add((row.scheme_id, member_id, window), event)
    return None


def _columns(row: Stored, facts: Facts, kept: Decision, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the row says beside the decision, and the attendance beside the facts, where they differ."""
    columns = (row.amount, row.minutes, row.outcome)
    decided = (kept.amount, kept.minutes, kept.outcome)
    if columns != decided:
        return {**told, "columns": columns, "decision": decided}
    seen = f"{facts.member_id} {facts.occurred_on} {facts.activity_kind} {facts.role} {facts.minutes} {facts.evidence}"
    if row.attended != seen:
        return {**told, "attended": row.attended, "facts": seen}
    return None


def _granted(row: Stored, made: Decision, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where the ledger granted something else than what the decision comes to."""
    if row.entry_id is None:
        return None
    wanted = {"given": made.amount, "lots": made.amount, "drawn": made.amount}
    drawn = dict(_parted(part) for part in row.drawn.split()) if row.drawn else {}
    granted = {"given": row.given or 0, "lots": row.lots or 0, "drawn": sum(drawn.values())}
    if granted != wanted:
        return {**told, "entry_id": row.entry_id, "granted": granted, "recomputed": wanted}
    beyond = {code for part in made.beyond for code in part.funding}
    plain = set(made.funding)
    borne = sum(amount for code, amount in drawn.items() if code in beyond)
    within = sum(part.amount for part in made.beyond)
    if not drawn.keys() <= plain | beyond or (not plain & beyond and borne != within):
        return {**told, "entry_id": row.entry_id, "drawn": drawn, "funding": made.funding, "beyond": within}
    return None


def _shared(row: Stored, made: Decision, edition: Edition, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where a budget line bears another part than the edition gives it."""
    wanted = bearing.to_the_point(made, edition.shares) if row.drawn else None
    drawn = dict(_parted(part) for part in row.drawn.split()) if row.drawn else {}
    return None if wanted is None or wanted == drawn else {**told, "entry_id": row.entry_id, "drawn": drawn, "shares": wanted}


def _parted(part: str) -> tuple[str, int]:
    code, _, amount = part.rpartition("=")
    return code, int(amount)
