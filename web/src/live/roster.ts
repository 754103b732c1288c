/** The sealed list as the server gives it, and what the scans of this device add to it: who is here, expected and gone. Pure. */
import type { ScanRecord } from "./queue";

export type State = "expected" | "here" | "gone" | "absent";

export interface Listed {
  number: number;
  name: string;
  kana: string;
  state: State;
  booked: boolean;
  came_at: string | null;
  left_at: string | null;
  undo: string | null;
  cards: string[];
}

export interface Told {
  slot_id: string;
  title: string;
  place: string;
  starts_at: string;
  ends_at: string;
  closed_at: string | null;
  conflicts: number;
  given_at: string;
  good_until: string;
  people: Listed[];
}

/**
 * The list with what goes with it. `principal` is who was signed in when it was fetched, `entering` whether they enter numbers, `ahead`
 * by how many milliseconds the clock of this device runs ahead of the server's.
 */
export interface List {
  told: Told;
  seal: string;
  principal: string;
  entering: boolean;
  ahead: number;
}

/** A line of the page. `name` is null for who is not on the list; `unsent`, whether a scan of theirs is still on this device. */
export interface Row {
  number: number | null;
  name: string | null;
  kana: string;
  state: State;
  cameAt: number | null;
  leftAt: number | null;
  undo: string | null;
  unsent: boolean;
}

/** A record that waits, by what the list would know its card, and when it happened by the server's clock. */
export interface Pending {
  record: ScanRecord;
  card: string | null;
  at: number;
}

const REPEAT_MILLISECONDS = 60_000; // a card read twice says the same thing twice

export class Hall {
  readonly #rows: Row[] = [];
  readonly #cards = new Map<string, Row>();
  readonly #numbers = new Map<number, Row>();
  readonly #before = new Map<string, { row: Row; was: Row }>();

  constructor(people: readonly Listed[], pending: readonly Pending[]) {
    for (const each of people) this.#list(each);
    for (const each of pending) this.take(each);
  }

  /** The lines, in the order of the kana; who is not on the list comes last. */
  get rows(): readonly Row[] {
    const late = (row: Row): string => (row.name === null ? "\uffff" : row.kana);
    return [...this.#rows].sort((a, b) => (late(a) < late(b) ? -1 : late(a) > late(b) ? 1 : (a.number ?? 0) - (b.number ?? 0)));
  }

  count(state: State): number {
    return this.#rows.filter((row) => row.state === state).length;
  }

  /** Adds one record of this device. Answers whose it is, and how they stand now. */
  take({ record, card, at }: Pending): Row {
    if (record.method === "retract") return this.#takeBack(record.takes_back ?? "");
    const row = this.#rowOf(record.member_number ?? null, card);
    this.#before.set(record.scan_id, { row, was: { ...row } });
    move(row, at);
    row.undo = record.scan_id;
    row.unsent = true;
    return row;
  }

  #list(each: Listed): void {
    const at = (told: string | null): number | null => (told === null ? null : Date.parse(told));
    const { number, name, kana, state, undo } = each;
    const row: Row = { number, name, kana, state, undo, cameAt: at(each.came_at), leftAt: at(each.left_at), unsent: false };
    this.#rows.push(row);
    this.#numbers.set(number, row);
    for (const card of each.cards) this.#cards.set(card, row);
    if (undo !== null) this.#before.set(undo, { row, was: { ...row, ...stepBack(row), undo: null } });
  }

  #rowOf(number: number | null, card: string | null): Row {
    const known = number !== null ? this.#numbers.get(number) : this.#cards.get(card ?? "");
    if (known) return known;
    const row: Row = { number, name: null, kana: "", state: "expected", cameAt: null, leftAt: null, undo: null, unsent: true };
    this.#rows.push(row);
    if (number !== null) this.#numbers.set(number, row);
    if (card !== null) this.#cards.set(card, row);
    return row;
  }

  #takeBack(scan: string): Row {
    const found = this.#before.get(scan);
    if (!found) return { number: null, name: null, kana: "", state: "expected", cameAt: null, leftAt: null, undo: null, unsent: true };
    Object.assign(found.row, found.was, { unsent: true });
    return found.row;
  }
}

/** What the next scan of somebody means, as the server will read it: in, out, or the same again. */
function move(row: Row, at: number): void {
  if (row.state === "here") {
    if (at - (row.cameAt ?? 0) < REPEAT_MILLISECONDS) return;
    row.state = "gone";
    row.leftAt = at;
  } else if (row.state !== "gone" || at - (row.leftAt ?? 0) >= REPEAT_MILLISECONDS) {
    row.state = "here";
    row.cameAt = at;
    row.leftAt = null;
  }
}

function stepBack(row: Row): Partial<Row> {
  return row.state === "gone" ? { state: "here", leftAt: null } : { state: "expected", cameAt: null, leftAt: null };
}
