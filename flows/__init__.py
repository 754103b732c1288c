"""The stories: what a person or an office does, each one public function and one database transaction.

A flow parses nothing and knows no HTTP; it says in its lines what happens, in the words of the rooms below. Raise to refuse, and
nothing is stored; return, and all of it is.
"""
