"""Who: municipalities, areas, members, organisations, and the principals that call the service with their tokens.

Promise: what identifies a person stands in one table and is read only where a name is needed; everything else says member by id.
A token is known by its fingerprint alone, and opens one principal of one municipality.
"""
