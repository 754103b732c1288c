"""What people do: activities, slots and bookings; needs and offers that become matches; scans and the attendances they prove.

Promise: every act is one row that is never changed; every state (booked, accepted, closed, signed, superseded) is derived from rows.
The pure parts are `presence` (scans to time), `scan_times` (what a device's clock may say) and `matching` (who fits a need).
"""
