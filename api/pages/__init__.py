"""The pages that people use: server-rendered, working without script, in Japanese, easy Japanese and English.

A page route is a route like any other: it declares `may=`, parses, calls a flow and shapes the answer. `page=True` says that the
caller is known by the session cookie instead of a bearer token, and that a refusal is told as a page. GET changes nothing; every POST
carries the session's form token and comes from our own pages.
"""
