"""Bodies are read strictly: JSON of exactly the stated shape.

The framework converts loosely (the text "5" would pass for the number 5), because query strings are texts. A body is not.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from api import refusals


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is converted to the type that the handler states."""

    async def json(self) -> Any:
        """The body as the handler's type. Raises UnsupportedMediaType, InvalidRequest, BodyTooLarge, BodyTooSlow."""
        if self.content_type[0].lower() != "application/json":
            raise refusals.UnsupportedMediaType
        field = self.route_handler.parsed_data_field
        wanted = field.annotation if field is not None else Any
        try:
            return msgspec.json.decode(await self.body(), type=wanted)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise refusals.InvalidRequest(faults=(_fault(error),)) from None


def _fault(error: Exception) -> refusals.Fault:
    """What msgspec says, without the value. `Expected `int`, got `str` - at `$.amount``."""
    if isinstance(error, RecursionError):
        return refusals.Fault(where="$", problem="nested too deeply")
    if not isinstance(error, msgspec.ValidationError):
        return refusals.Fault(where="$", problem="not JSON")
    problem, _, place = str(error).partition(" - at `")
    return refusals.Fault(where=place.removesuffix("`") or "$", problem=problem)
