"""The one door to PostgreSQL: engine, transactions, roles, migrations and the embedded server.

Promise: whoever goes through `transact.transact` runs under one municipality's wall, with time limits, and either everything that
the work wrote is committed or nothing is.
"""
