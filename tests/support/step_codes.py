"""Every code of a step that the sources of the rules can make, read from the sources themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOM = Path(__file__).parents[2] / "rules"

JUDGED = ("required", "excludes", "unknown")
NEVER = {"role_required", "evidence_required"} | {f"{about}_unknown" for about in ("season", "between", "past", "since_last")}
"""What a judgement is never called: two have names of their own, the calendar is always known, and the past is `used_not_told`."""
RENAMED = {"role_not_eligible", "evidence_too_low"}
RATES = ("linear", "lots", "tiers", "slices", "milestone")


def all_codes() -> set[str]:
    """The codes of every `Step(…)` of the room. Raises ValueError for one that is computed in a way which is not told here."""
    found: set[str] = set()
    abouts: set[str] = set()
    for path in sorted(set(ROOM.glob("*.py")) - {ROOM / "explain.py"}):
        tree = ast.parse(path.read_text("utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Module)):
            for call in _calls(function):
                name = call.func.id if isinstance(call.func, ast.Name) else ""
                if name == "Step":
                    found |= set(_codes(call.args[0], function, path.name))
                elif name == "Look" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                    abouts.add(str(call.args[1].value))
                elif name == "Asking" and isinstance(call.args[0], ast.Constant):
                    abouts.add(str(call.args[0].value))
    judged = {f"{about}_{how}" for about in abouts - {"registration_day"} for how in JUDGED} - NEVER
    return found | judged | RENAMED | {"registration_day_unknown"}


def _calls(function: ast.FunctionDef | ast.Module) -> Iterator[ast.Call]:
    """The calls in a function, or those outside all of them."""
    body = function.body if isinstance(function, ast.FunctionDef) else [n for n in function.body if not _holds_functions(n)]
    for statement in body:
        yield from (node for node in ast.walk(statement) if isinstance(node, ast.Call))


def _holds_functions(node: ast.stmt) -> bool:
    return any(isinstance(each, ast.FunctionDef) for each in ast.walk(node))


def _codes(code: ast.expr, function: ast.FunctionDef | ast.Module, file: str) -> Iterator[str]:
    if isinstance(code, ast.Constant):
        yield str(code.value)
    elif isinstance(code, ast.IfExp):
        yield from _codes(code.body, function, file)
        yield from _codes(code.orelse, function, file)
    elif isinstance(code, ast.Name):
        values = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == code.id for t in node.targets)
        ]
        if not values:
            raise ValueError(f"{file}: nobody says what {code.id} is")
        for value in values:
            yield from _codes(value, function, file)
    elif ast.unparse(code) in _FAMILIES:
        yield from _FAMILIES[ast.unparse(code)]
    else:
        raise ValueError(f"{file}: a code is computed as {ast.unparse(code)}: say here what it can be")


_FAMILIES: dict[str, tuple[str, ...]] = {
    "f'{found.about}_unknown'": (),
    "_NAMES.get(code, code)": (),
    "f'{verb}_{kind}'": tuple(f"{verb}_{kind}" for verb in ("converted", "stage") for kind in RATES),
}
"""Codes that are put together: those of judgements follow from what is looked at."""
