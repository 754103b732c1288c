"""The HTTP door: parses, asks a flow, shapes the answer. All that is known of HTTP is known here.

Promise: every route says who may call it; every answer is JSON of a stated shape or a problem with a stable code; what moves points
is done once under the caller's key, however often it is asked; nothing that identifies a person or opens a door reaches a log.
"""
