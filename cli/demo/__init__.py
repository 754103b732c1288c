"""The demo: a fictional town lives through a day, through HTTP only, on a real PostgreSQL, with symbols drawn and read again.

`command` is the door, `stage` starts the service with a clock that can be moved, `casting` makes up the town, `cast` holds who calls,
`scenes` are played in order, `report` says what happened and whether all of it holds.
"""
