"""Rows of the one table (`api.problem_table`): the queues of devices, what did not count of them, and what is taken back."""

from __future__ import annotations

from api.problem_row import ASK_LIST, Row

_LISTED = "Send it once more with listed set to true: a host then decides about each record."

OFFLINE = {
    "queue_gap": Row(409, "Records of the queue are missing", "Send them from `expected` on. " + _LISTED),
    "queue_changed": Row(409, "The queue does not hold together", _LISTED),
    "queue_signature_wrong": Row(422, "A record is not signed by the device's key", _LISTED),
    "queue_record_unreadable": Row(422, "A record is no scan of this slot", _LISTED),
    "foreign_device_key": Row(403, "The key is not one of yours", "Sign in as whoever used the device then. " + _LISTED),
    "forged_seal": Row(422, "The list was not given by this town", "Fetch the list anew; a host enters who was there."),
    "unknown_scan": Row(404, "No such scan", ASK_LIST),
    "scan_not_last": Row(409, "A later scan was made", "Take the last one back first."),
    "scan_counted": Row(409, "A record rests on the scan", "Correct the record `attendance_id`, with a reason."),
    "unknown_conflict": Row(404, "No such record that did not count", ASK_LIST),
    "conflict_settled": Row(409, "It was settled before", "Nothing to do: it was done before. Read what stands."),
    "retraction_not_entered": Row(422, "There is nobody to enter", "Correct the record of the member, or put it aside."),
}
