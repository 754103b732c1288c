"""An edition as a form: which fields a document has, what each part says, and how an answer is written back into the text.

What this room promises: a form that is sent back unchanged gives the same text byte for byte, and an answer changes nothing but its own
value: comments, order, spacing and all that the form does not show stay as they are. Nothing here decides what an edition may say: what
the form wrote is read by `rules.parse`, as any text is. Pure.
"""
