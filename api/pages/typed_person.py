"""How a member is reached, as forms at a desk ask for it: the fields of `community.persons.Contacts`, each of which may be left out."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from community.persons import Contacts, ReachedBy
from kernel import text

Name = Annotated[str, Meta(min_length=1, max_length=text.NAME_LENGTH_MAX)]
Line = Annotated[str, Meta(max_length=text.LINE_LENGTH_MAX)]
REACHED_BY = ("telephone", "mail", "visit")


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A form that asks how somebody is reached."""

    telephone: Line = ""
    address: Line = ""
    reached_by: ReachedBy = ""
    emergency_name: Line = ""
    emergency_telephone: Line = ""

    def contacts(self) -> Contacts:
        """As they are kept."""
        return Contacts(**{field: getattr(self, field) for field in Contacts.__struct_fields__})
