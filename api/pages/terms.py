"""What an edition says, in a phrase for a member: rates, times of claiming, forms of payout, decrees."""

from __future__ import annotations

from api.pages.texts import Locale
from flows.own_claims import Decree, Offered
from ledger.units import Unit
from rules.phrases import speak
from rules.phrases.speak import Tongue
from rules.vocabulary.conversion import Form
from rules.vocabulary.edition import Edition


def name_of(edition: Edition, locale: Locale) -> str:
    """What a scheme is called."""
    return edition.name.en if locale == "en" else edition.name.ja


def rate_of(offered: Offered, locale: Locale) -> str:
    """How much becomes how much."""
    exchange = offered.exchange
    return speak.phrase(exchange.rate, tongue_of(offered.unit, locale, exchange.into))


def window_of(offered: Offered, locale: Locale) -> str:
    """When it can be claimed."""
    return speak.phrase(offered.exchange.window, tongue_of(offered.unit, locale, offered.exchange.into))


def form_of(form: Form, offered: Offered, locale: Locale) -> str:
    """What a form of payout is called."""
    if form.name is not None:
        return form.name.en if locale == "en" else form.name.ja
    return speak.value(form, "form", tongue_of(offered.unit, locale, offered.exchange.into))


def of_decree(decree: Decree, locale: Locale) -> str:
    """What a decree says."""
    edition = decree.ruled.edition
    return speak.phrase(decree.extension, Tongue("en" if locale == "en" else "ja", edition.unit))


def tongue_of(unit: Unit, locale: Locale, into: str) -> Tongue:
    """How amounts of this unit are said."""
    label = f" {unit.label_en}" if locale == "en" else unit.label_ja
    return Tongue("en" if locale == "en" else "ja", label, unit.scale, into)
