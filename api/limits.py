"""What the door takes at most. Each has its unit in its name."""

from __future__ import annotations

BODY_BYTES_MAX = 64 * 1024
PAGE_LIMIT_DEFAULT = 50
PAGE_LIMIT_MAX = 200
SCANS_MAX = 200  # of one list from an offline queue
QUEUE_BYTES_MAX = 640 * 1024  # of one such list, each scan signed, as a form sends it
RULES_FORM_BYTES_MAX = 1024 * 1024  # of rules edited as a form: the document, and every field of it, as a form sends them
EDITS_MAX = 200  # of one closing
AMOUNT_ASKED_MAX = 10**9  # minor units in one request; the book itself holds more
