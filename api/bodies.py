"""Bodies are read strictly: JSON of exactly the stated shape.

The framework converts loosely (the text "5" would pass for the number 5), because query strings are texts. A body is not.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
from litestar import Request

from api import refusals
from api.limits import BODY_BYTES_MAX
from kernel import text

PROBLEM_CHARACTERS_MAX = 200  # the name of an unknown field is as long as its sender likes

_ENUM = "Invalid enum value"


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is converted to the type that the handler states."""

    async def json(self) -> Any:
        """The body as the handler's type.

        Raises UnsupportedMediaType, InvalidRequest, UnreadableText, TextMissing, BodyTooLarge, BodyTooSlow.
        """
        if self.content_type[0].lower() != "application/json":
            raise refusals.UnsupportedMediaType
        field = self.route_handler.parsed_data_field
        wanted = field.annotation if field is not None else Any
        try:
            read = msgspec.json.decode(await self.body(), type=wanted)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise refusals.InvalidRequest(faults=(_fault(error),)) from None
        _check_texts("$", read)
        return read


def _check_texts(field: str, value: object) -> None:
    """No text of a body has characters that hide or reorder; whether it may have several lines is for the rooms to say."""
    if isinstance(value, str):
        text.clean(field, value.replace("\r\n", "\n").replace("\t", " "), BODY_BYTES_MAX, lines=True)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _check_texts(name, getattr(value, name))
    elif isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            _check_texts(field, item)


def _fault(error: Exception) -> refusals.Fault:
    """What msgspec says, without the value. `Expected `int`, got `str` - at `$.amount``."""
    if isinstance(error, RecursionError):
        return refusals.Fault(where="$", problem="nested too deeply")
    if not isinstance(error, msgspec.ValidationError):
        return refusals.Fault(where="$", problem="not JSON")
    problem, _, place = str(error).rpartition(" - at `") if " - at `" in str(error) else (str(error), "", "")
    if problem.startswith(_ENUM):
        problem = _ENUM
    return refusals.Fault(where=place.removesuffix("`") or "$", problem=problem[:PROBLEM_CHARACTERS_MAX])
