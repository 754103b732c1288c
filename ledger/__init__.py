"""The book: double entry, append-only, one municipality at a time.

Promise: what stands in the journal never changes; every entry sums to zero in each unit; every balance, held amount and remaining lot
follows from the journal alone and is re-derived by `verify`. Postings are lists: the accounts of a list are locked once in id order,
each item is decided in order against what the items before it did, all rows are written in one statement, and one item is a list of
length one. The room knows nothing of members, activities or HTTP.

Every invariant is guarded twice under one name: here (`decide`, `refusals`) and in PostgreSQL (`sql/10_guards.sql`).
"""
