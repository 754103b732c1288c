"""What a town calls the codes of its own, as its edition says: units, kinds, courses, measures, forms of payout, awards. Pure."""

from __future__ import annotations

from rules import forms
from rules.vocabulary.conversion import Exchange
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Named, Text
from rules.wording.said import Names, Wording, said


def names_of(edition: Edition) -> Names:
    """The names by code; a form of payout by what it is chosen by, an award as `award:1`. `[[names]]` comes before all others."""
    found: dict[str, Wording] = {f"award:{number}": _said(award.name) for number, award in enumerate(edition.awards, start=1)}
    offered = edition.conversion.forms if isinstance(edition.conversion, Exchange) else ()
    found |= {forms.key(form): _said(form.name) for form in offered if form.name is not None}
    return found | {named.code: _said(named) for named in edition.names}


def _said(named: Text | Named) -> Wording:
    return said(named.ja, named.ja, named.en)
