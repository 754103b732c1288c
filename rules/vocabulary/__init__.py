"""The vocabulary: what an edition (版) of a scheme (制度) can say, as typed, closed, frozen data.

One file for each chapter of an ordinance. Small parts that combine; each names the clause of an ordinance that it stands for, in both
languages. Nothing that an ordinance has to decide has a default: what the document leaves open, `rules.parse` refuses and tells the
choices. What may be left out adds a condition or a chapter that most schemes do not have; leaving it out never changes a figure.
A part comes in variants (a tagged union, told apart by `how`, `test`, `type` or `to`); a new variant is a new Struct here, a function
beside its like in the evaluator, and a template in `rules.explain`.

What is said about each field (`part.say`) is the hint that a person gets who left it out or wrote it wrongly.
"""
