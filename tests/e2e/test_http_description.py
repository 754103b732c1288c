"""The description of the API is where the README and the demo say that it is."""

from __future__ import annotations

import re
from pathlib import Path

from cli.demo import shown
from tests.support import http

README = Path(__file__).parents[2] / "README.md"


async def test_the_readme_names_an_address_that_answers(service: http.Service) -> None:
    found = re.search(r"describes\s+itself\s+at\s+`(/\S*)`", README.read_text(encoding="utf-8"))
    assert found is not None
    assert (await service.http.get(found[1])).json()["openapi"].startswith("3.")


async def test_and_so_does_the_demo(service: http.Service) -> None:
    said: list[str] = []
    told = {"tokens": {}, "member_id": "m", "trace": {"id": "t"}}
    shown.tell_addresses(told, str(service.http.base_url).rstrip("/"), said.append)
    found = re.search(r"API: (\S+)", said[0])
    assert found is not None
    assert (await service.http.get(found[1])).json()["openapi"].startswith("3.")
