"""The number that a member says aloud or types: a running number and one check digit.

The check digit is H. Michael Damm's (doctoral thesis, Marburg 2004): with a totally anti-symmetric quasigroup of order ten it
catches every single wrong digit and every swap of neighbours. Leading zeros change nothing, so a number is an int.
"""

from __future__ import annotations

from community import refusals

NUMBER_DIGITS_MAX = 9

_QUASIGROUP = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def numbered(running: int) -> int:
    """The number with the check digit for the `running`th place: `numbered(572) == 5724`."""
    return running * 10 + _reduced(running)


def is_valid(number: int) -> bool:
    """Whether the last digit of `number` checks the others."""
    return number > 0 and len(str(number)) <= NUMBER_DIGITS_MAX and _reduced(number) == 0


def checked(number: int) -> int:
    """`number`, if its check digit is right. Raises BadMemberNumber."""
    if not is_valid(number):
        raise refusals.BadMemberNumber(number=number)
    return number


def _reduced(number: int) -> int:
    interim = 0
    for digit in str(number):
        interim = _QUASIGROUP[interim][ord(digit) - ord("0")]
    return interim
