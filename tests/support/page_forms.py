"""The forms of a page as a browser would send them: every field with what stands in it, and something that fits where nothing does.

for form in page_forms.of(answer, "/office"):
    await browser.post(form.action, form.filled(today) | {"name": "…"})
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser

import httpx

TEXTS = frozenset({"text", "search", "tel", "email", "url"})
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")


@dataclass
class Field:
    """A field: its name, its type (`textarea` and `select` are types too), what it holds, whether it has to be filled, the least of
    a number, and of boxes and radio buttons whether it is chosen."""

    name: str
    kind: str
    value: str
    required: bool = False
    least: str = "1"
    chosen: bool = True

    @property
    def of_text(self) -> bool:
        """Whether somebody can write anything into it."""
        return self.kind in TEXTS or self.kind == "textarea"

    def fitting(self, today: date) -> str:
        """What it holds, or where it has to be filled, something of its kind."""
        plain = {"number": self.least, "date": today.isoformat(), "time": "10:00", "tel": "090-1234-5678"}
        return self.value or (plain.get(self.kind, "x" if self.of_text else "") if self.required else "")


@dataclass
class Form:
    """A form that is sent by POST, with the fields that a browser sends: of radio buttons one."""

    action: str
    fields: list[Field] = field(default_factory=list[Field])

    @property
    def shape(self) -> str:
        """The action without ids: forms that differ in ids alone are one."""
        return ID.sub("*", self.action)

    def filled(self, today: date) -> dict[str, str]:
        """What a browser sends: every field with something that fits, of buttons and boxes the chosen ones, else the first."""
        asked = [each for each in self.fields if (each.kind == "radio" and each.required) or each.name.endswith("[]")]
        return {each.name: each.value for each in reversed(asked)} | {
            each.name: each.fitting(today) for each in self.fields if each.chosen
        }


def of(answer: httpx.Response, path: str) -> list[Form]:
    """The forms of a page at `path` that are sent by POST."""
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    reader = _Reader(path)
    reader.feed(answer.text)
    return reader.forms


class _Reader(HTMLParser):
    """Reads forms. Of a list what is selected is chosen, else the first that is something."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._path = path
        self._form: Form | None = None
        self._within: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told.get("action") or self._path)
            if told.get("method", "get").lower() == "post":
                self.forms.append(self._form)
        elif tag == "option" and self._within is not None and (not self._within.value or "selected" in told):
            self._within.value = told.get("value", "")
        elif self._form is not None and tag in {"input", "textarea", "select"} and told.get("name"):
            kind = told.get("type", "text") if tag == "input" else tag
            made = Field(told["name"], kind, told.get("value", ""), "required" in told, told.get("min") or "1")
            made.chosen = kind not in {"radio", "checkbox"} or "checked" in told
            self._form.fields.append(made)
            self._within = made if tag != "input" else None

    def handle_data(self, data: str) -> None:
        if self._within is not None and self._within.kind == "textarea":
            self._within.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self._within = None
        if tag == "form":
            self._form = None
