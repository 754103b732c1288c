"""The law of a municipality's incentive schemes: dated editions, and what they grant for an attendance.

What this room promises: an edition is data, typed and closed, written in the ordinance's own terms; the same edition and
the same facts always give the same decision, down to its trace; every decision can be said in a sentence. Reading an edition,
evaluating it and explaining it know no clock, no chance and no database.
"""
