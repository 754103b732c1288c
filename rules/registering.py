"""Who may register with a scheme. Pure, and total: what is not known of the person is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules import asking, claiming, permission, requirements
from rules.decision import Answer, Question, Step
from rules.permission import Permission
from rules.seen import Seen
from rules.vocabulary import part
from rules.vocabulary.edition import Edition


def questions(edition: Edition, on: date, registered_on: date | None = None) -> tuple[Question, ...]:
    """What may have to be known of somebody who wants to register on the day `on`, each question once."""
    if not claiming.countable(on):
        return ()
    return tuple(dict.fromkeys(asking.questions(edition.registration, _seen(edition, on, (), registered_on))))


def may_register(edition: Edition, on: date, answers: Iterable[Answer], registered_on: date | None = None) -> Permission:
    """Whether somebody of whom `answers` are known may register on the day `on`.

    `registered_on` is given where they register anew; otherwise the day itself is the day of registration. Nobody registers with a
    scheme that grants no more.
    """
    if not claiming.countable(on):
        step = Step("date_out_of_range", {"first": str(part.DATE_FIRST), "last": str(part.DATE_LAST)})
        return Permission(False, (step,))
    ended = edition.wind_down
    if ended is not None and on > ended.last_granting_on:
        return Permission(False, (Step("scheme_ended", {"on": str(on), "last_granting_on": str(ended.last_granting_on)}),))
    verdict = requirements.require(edition.registration, _seen(edition, on, answers, registered_on))
    return permission.of(verdict, Step("may_register", {"on": str(on)}))


def _seen(edition: Edition, on: date, answers: Iterable[Answer], registered_on: date | None) -> Seen:
    known: dict[Question, Answer] = {answer.question: answer for answer in answers}
    return Seen(on, edition.year, registered_on or on, known)
