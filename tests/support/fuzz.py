"""What schemathesis does before each call: takes the next role's token, and every second time ids that exist.

Loaded by schemathesis in a process of its own (SCHEMATHESIS_HOOKS). YUI_FUZZ holds `tokens` by role and `known` ids by parameter.
"""

from __future__ import annotations

import itertools
import json
import os
from typing import Any

import schemathesis

_TOLD: dict[str, dict[str, str]] = json.loads(os.environ["YUI_FUZZ"])
_turns = itertools.count()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    turn = next(_turns)
    tokens = list(_TOLD["tokens"].values())
    case.headers = dict(case.headers or {}) | {"Authorization": f"Bearer {tokens[turn % len(tokens)]}"}
    if turn // len(tokens) % 2 == 0:
        for parameters in (case.path_parameters, case.body):
            if isinstance(parameters, dict):
                parameters.update({name: _TOLD["known"][name] for name in parameters.keys() & _TOLD["known"].keys()})
