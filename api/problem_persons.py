"""The rows of the table for who members are: corrections and erasure."""

from __future__ import annotations

from api.problem_row import Row

PERSONS = {
    "member_erased": Row(410, "The member left and was erased", "Their number and what was booked stay; nothing is added to it."),
    "source_missing": Row(422, "A birth date needs a source", "Say on which document it was seen."),
    "unknown_correction_wish": Row(404, "No such wish for a correction", "Look it up in the list of those that are open."),
    "erasure_not_confirmed": Row(422, "This is another number", "Type the number of the member who is to be erased."),
    "erasure_of_oneself": Row(403, "Nobody erases themselves", "Another officer does it."),
    "erasure_not_yet": Row(409, "Something of the member is open", "End what `stands` names first; the page says how."),
}
