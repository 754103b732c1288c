"""Deciding one entry against the book in memory: the first guard of the invariants, and the order in which lots are spent. Pure.

`decide` either applies a draft to the book and returns the rows to write, or raises a refusal and leaves the book as it was: the checks
come first, the changes last. What PostgreSQL would refuse is refused here by name and with facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel import days
from kernel.amounts import AMOUNT_MAX
from ledger import refusals
from ledger.book import Account, Book, Lot, LotTaken
from ledger.draft import LINES_MAX, Carried, Draft, Exactly, Fresh, Line, Oldest


@dataclass(slots=True)
class LotBorn:
    """A lot that a giving line makes."""

    line_no: int
    lot: Lot
    parent: UUID | None


@dataclass(slots=True)
class Decided:
    """One accepted entry: its lines in order, and what they do to lots. Ready to be written."""

    draft: Draft
    lines: list[tuple[int, int, int, int, int]]
    """(account_id, account_version, unit_id, amount, balance_after) of each line."""
    moves: list[tuple[int, UUID, int]]
    """(line_no, lot_id, signed amount): parts taken from lots, or put back."""
    born: list[LotBorn]


def decide(book: Book, draft: Draft) -> Decided:
    """Applies `draft` to `book`. Raises a refusal of `ledger.refusals`, and then the book is as before."""
    _check_shape(book, draft)
    _check_once(book, draft)
    _check_period(book, draft)
    confirmed = _confirmed_amount(book, draft)
    _check_bounds(book, draft, confirmed)
    taken, moves = _take(book, draft, confirmed)
    born = _give(book, draft, taken, moves)
    return _apply(book, draft, moves, born)


def spendable(lots: Iterable[Lot], on: date) -> int:
    """What is left in `lots` that have not passed their last day on the date `on`."""
    return sum(lot.remaining for lot in lots if not lot.expired(on))


def _check_shape(book: Book, draft: Draft) -> None:
    """entry_whole, entry_balances."""
    if not 2 <= len(draft.lines) <= LINES_MAX:
        raise refusals.MalformedEntry(invariant_broken="entry_whole", detail=f"{len(draft.lines)} lines")
    sums: dict[int, int] = {}
    for line in draft.lines:
        if line.amount == 0 or abs(line.amount) > AMOUNT_MAX:
            raise refusals.AmountOutOfRange(amount=line.amount, amount_max=AMOUNT_MAX)
        account = book.accounts.get(line.account_id)
        if account is None:
            raise refusals.UnknownAccount(account_id=line.account_id)
        if account.closed:
            raise refusals.AccountClosed(account_id=line.account_id)
        sums[account.unit_id] = sums.get(account.unit_id, 0) + line.amount
    if any(sums.values()):
        raise refusals.MalformedEntry(invariant_broken="entry_balances", detail="the lines of a unit do not sum to zero")


def _check_once(book: Book, draft: Draft) -> None:
    """reverse_once, and each cause booked once."""
    if draft.reverses is not None and draft.reverses in book.reversed:
        raise refusals.AlreadyReversed(entry_id=draft.reverses, reversal=book.reversed[draft.reverses])
    before = book.booked.get((draft.cause_id, draft.kind))
    if before is not None:
        raise refusals.AlreadyBooked(cause_id=draft.cause_id, entry_id=before)


def _check_period(book: Book, draft: Draft) -> None:
    """period_closed."""
    month = days.month_of(draft.booked_on)
    if book.closed_until is not None and month <= book.closed_until:
        raise refusals.PeriodClosed(month=month, open_from=days.next_month(book.closed_until))


def _confirmed_amount(book: Book, draft: Draft) -> tuple[int, int]:
    """hold_once: the account whose hold the entry confirms and how much of `held` that frees, or (0, 0)."""
    if draft.confirms is None:
        return 0, 0
    hold = book.holds.get(draft.confirms.hold_id)
    if hold is None:
        raise refusals.UnknownHold(hold_id=draft.confirms.hold_id)
    if hold.resolution is not None:
        raise refusals.HoldResolved(hold_id=hold.hold_id, resolution=hold.resolution)
    if all(line.account_id != hold.account_id for line in draft.lines):
        raise refusals.MalformedEntry(invariant_broken="hold_once", detail="the entry does not touch the account of its hold")
    if draft.confirms.amount > hold.amount:
        raise refusals.HoldTooSmall(hold_id=hold.hold_id, needed=draft.confirms.amount, held=hold.amount)
    if draft.confirms.amount <= 0:
        raise refusals.AmountOutOfRange(amount=draft.confirms.amount, amount_max=AMOUNT_MAX)
    return hold.account_id, hold.amount


def _check_bounds(book: Book, draft: Draft, confirmed: tuple[int, int]) -> None:
    """floor_holds, ceiling_holds: on the sum of an account's lines, since one entry is one moment."""
    totals: dict[int, int] = {}
    for line in draft.lines:
        totals[line.account_id] = totals.get(line.account_id, 0) + line.amount
    for account_id, total in totals.items():
        account = book.accounts[account_id]
        freed = confirmed[1] if confirmed[0] == account_id else 0
        if total < 0 and account.floor is not None and account.available + freed + total < account.floor:
            raise _short_of(account, -total, account.available + freed - account.floor)
        if total > 0 and account.ceiling is not None and account.posted + total > account.ceiling:
            raise refusals.CeilingReached(unit=account.unit, amount=total, room=account.ceiling - account.posted)


def _short_of(account: Account, needed: int, available: int) -> refusals.InsufficientBalance | refusals.BudgetExhausted:
    kind = refusals.BudgetExhausted if account.kind == "budget" else refusals.InsufficientBalance
    return kind(unit=account.unit, needed=needed, available=max(available, 0))


def _take(book: Book, draft: Draft, confirmed: tuple[int, int]) -> tuple[dict[int, list[LotTaken]], list[tuple[int, UUID, int]]]:
    """lots_cover, taking side: which lots the taking lines spend; by unit for those who carry them on. Changes nothing yet."""
    taken: dict[int, list[LotTaken]] = {}
    moves: list[tuple[int, UUID, int]] = []
    used: dict[UUID, int] = {}
    for line_no, line in enumerate(draft.lines, 1):
        account = book.accounts[line.account_id]
        if line.amount > 0 or not account.lot_tracked:
            continue
        reserved = account.held - (confirmed[1] if confirmed[0] == line.account_id else 0)
        for part in _parts_of(book, draft, line, used, reserved):
            used[part.lot.lot_id] = used.get(part.lot.lot_id, 0) + part.amount
            moves.append((line_no, part.lot.lot_id, -part.amount))
            taken.setdefault(account.unit_id, []).append(part)
    return taken, moves


def _parts_of(book: Book, draft: Draft, line: Line, used: dict[UUID, int], reserved: int) -> list[LotTaken]:
    if isinstance(line.lots, Exactly):
        return _named_parts(book, draft, line, used)
    if not isinstance(line.lots, Oldest | None):
        raise refusals.MalformedEntry(invariant_broken="lots_cover", detail="a taking line takes the oldest or exact lots")
    expired_too = line.lots is not None and line.lots.expired_too
    own = draft.confirms.hold_id if draft.confirms is not None else None
    wanted = -line.amount
    # what is held stays covered by lots that can still be spent; what is held by name is not touched at all
    spare = 0 if expired_too else reserved - book.named_of(line.account_id, but=own)
    parts: list[LotTaken] = []
    # What was held in time may be taken after its last day, but what has not expired goes first.
    for lot in sorted(book.lots_by_account.get(line.account_id, ()), key=lambda each: each.expired(draft.booked_on)):
        left = lot.remaining - used.get(lot.lot_id, 0) - book.named_on(lot.lot_id, but=own)
        if left <= 0 or (not expired_too and lot.expired(draft.booked_on)):
            continue
        part = min(left, wanted)
        if part:
            parts.append(LotTaken(lot, part))
        wanted -= part
        spare -= left - part
        if wanted == 0 and spare <= 0:
            return parts
    unit = book.accounts[line.account_id].unit
    raise refusals.InsufficientBalance(unit=unit, needed=-line.amount, available=max(-line.amount - wanted - max(spare, 0), 0))


def _named_parts(book: Book, draft: Draft, line: Line, used: dict[UUID, int]) -> list[LotTaken]:
    named = line.lots if isinstance(line.lots, Exactly) else Exactly(())
    _check_named(line, named)
    own = draft.confirms.hold_id if draft.confirms is not None else None
    parts: list[LotTaken] = []
    for lot_id, amount in named.parts:
        lot = book.lots.get(lot_id)
        if lot is None or lot.account_id != line.account_id or amount <= 0:
            raise refusals.MalformedEntry(invariant_broken="lots_cover", detail=f"lot {lot_id} is not of the account")
        left = lot.remaining - used.get(lot_id, 0) - book.named_on(lot_id, but=own)
        if left < amount:
            unit = book.accounts[line.account_id].unit
            raise refusals.InsufficientBalance(unit=unit, needed=amount, available=max(left, 0))
        parts.append(LotTaken(lot, amount))
    return parts


def _check_named(line: Line, named: Exactly) -> None:
    if len({lot_id for lot_id, _ in named.parts}) != len(named.parts):
        raise refusals.MalformedEntry(invariant_broken="lots_cover", detail="a line names a lot twice")
    if sum(amount for _, amount in named.parts) != abs(line.amount):
        raise refusals.MalformedEntry(invariant_broken="lots_cover", detail="the named lots do not sum to the line")


def _give(book: Book, draft: Draft, taken: dict[int, list[LotTaken]], moves: list[tuple[int, UUID, int]]) -> list[LotBorn]:
    """lots_cover, giving side: new lots, carried lots, or parts put back (these are added to `moves`)."""
    born: list[LotBorn] = []
    queues = {unit_id: [LotTaken(part.lot, part.amount) for part in parts] for unit_id, parts in taken.items()}
    for line_no, line in enumerate(draft.lines, 1):
        account = book.accounts[line.account_id]
        if line.amount < 0 or not account.lot_tracked:
            continue
        if isinstance(line.lots, Fresh):
            born.append(LotBorn(line_no, _fresh_lot(book, line, line.lots), None))
        elif isinstance(line.lots, Exactly):
            moves.extend(_put_back(book, line_no, line, line.lots, moves))
        elif isinstance(line.lots, Carried | None):
            born.extend(_carried_lots(book, line_no, line, queues.get(account.unit_id, [])))
        else:
            raise refusals.MalformedEntry(invariant_broken="lots_cover", detail="a giving line cannot take the oldest lots")
    return born


def _fresh_lot(book: Book, line: Line, fresh: Fresh) -> Lot:
    return Lot(
        next(book.lot_ids),
        line.account_id,
        fresh.origin_attendance,
        fresh.funding_account,
        fresh.edition_id,
        fresh.granted_on,
        fresh.expires_on,
        line.amount,
        line.amount,
    )


def _put_back(
    book: Book, line_no: int, line: Line, named: Exactly, moves: list[tuple[int, UUID, int]]
) -> list[tuple[int, UUID, int]]:
    _check_named(line, named)
    for lot_id, amount in named.parts:
        lot = book.lots.get(lot_id)
        back = sum(put for _, other, put in moves if other == lot_id and put > 0)  # by earlier lines of this entry
        if lot is None or lot.account_id != line.account_id or not 0 < amount <= lot.amount - lot.remaining - back:
            raise refusals.MalformedEntry(invariant_broken="lots_cover", detail=f"lot {lot_id} cannot take back {amount}")
    return [(line_no, lot_id, amount) for lot_id, amount in named.parts]


def _carried_lots(book: Book, line_no: int, line: Line, queue: list[LotTaken]) -> list[LotBorn]:
    wanted = line.amount
    born: list[LotBorn] = []
    while wanted and queue:
        part = queue[0]
        amount = min(part.amount, wanted)
        source = part.lot
        child = Lot(
            next(book.lot_ids),
            line.account_id,
            source.origin_attendance,
            source.funding_account,
            source.edition_id,
            source.granted_on,
            source.expires_on,
            amount,
            amount,
        )
        born.append(LotBorn(line_no, child, source.lot_id))
        wanted -= amount
        part.amount -= amount
        if part.amount == 0:
            queue.pop(0)
    if wanted:
        raise refusals.MalformedEntry(invariant_broken="lots_cover", detail="nothing was taken that could be carried on")
    return born


def _apply(book: Book, draft: Draft, moves: list[tuple[int, UUID, int]], born: list[LotBorn]) -> Decided:
    """Every check has passed: change the book in memory. versions_gapless, balance_is_last_line."""
    lines: list[tuple[int, int, int, int, int]] = []
    for line in draft.lines:
        account = book.accounts[line.account_id]
        account.posted += line.amount
        account.version += 1
        lines.append((account.account_id, account.version, account.unit_id, line.amount, account.posted))
    for _, lot_id, amount in moves:
        book.lots[lot_id].remaining += amount
    for birth in born:
        if birth.lot.account_id in book.lots_by_account:
            book.add(birth.lot)
    if draft.confirms is not None:
        hold = book.holds[draft.confirms.hold_id]
        hold.resolution = "confirm"
        book.accounts[hold.account_id].held -= hold.amount
        for of_lot in book.named.values():
            of_lot.pop(hold.hold_id, None)
    if draft.reverses is not None:
        book.reversed[draft.reverses] = draft.entry_id
    book.booked[(draft.cause_id, draft.kind)] = draft.entry_id
    return Decided(draft, lines, moves, born)
