"""Pure words that every room shares: ids, clock, days, amounts, text, canonical bytes, refusals, settings.

Nothing here opens a socket or a database. The two sources of impurity, the clock and chance, are `kernel.clock` and
`kernel.ids.new_id`; every other function takes what it needs as arguments.
"""
