"""Who: municipalities, areas, members, organisations, and the principals that call the service with their tokens.

Promise: what identifies a person is sealed with a key of their own, and opened only where it is needed; all else says member by id.
A token is known by its fingerprint alone, and opens one principal of one municipality.
"""
