"""What the parts of an edition say, in the words of people: names of fields, words for choices, one phrase for each part.

Written by hand in Japanese and English. The same words serve the whole of an edition (`rules.statements`) and what changes from one to
the next (`rules.difference`). A new field needs a name in `names`, a new part a phrase in `parts`; a test says which is missing.
"""
