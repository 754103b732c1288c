"""What people hold and what they do with it: wallets, statements, pay codes, redemptions, applications, claims, settlements, expiry.

Promise: every redemption names the attendances behind it, and a pay code, an application, a claim, a settlement, an expiry run and a
year end each take effect once. The room keeps records beside the book; points move by entries of `ledger`, and how an attendance came
about is known elsewhere. Invariants have their second guard under the same name in `sql/`.
"""
