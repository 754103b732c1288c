"""How much of published schemes the vocabulary says: `python -m rules.coverage` draws docs/rules/coverage.md by trying every vector.

The words about a clause that is left out are somebody's; every figure and every state is computed here.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

import msgspec

from rules import presets, proof
from rules.proof import Basis, Scheme, Vector

VECTORS = Path("tests") / "vectors"
DOCUMENT = Path("docs") / "rules" / "coverage.md"

HEAD = """\
# Coverage: published schemes in this vocabulary

Facts of {schemes} published Japanese schemes, tried on the rules: what each page printed is a vector in `tests/vectors`, with the basis
on which its expectation rests, and is evaluated as `yui rules evaluate` evaluates anybody's facts. Pages date from 2012 to 2026 and may
have changed since; many were seen in part alone, and what was not seen is not claimed. Drawn by `python -m rules.coverage`; a test
compares.

"""
STATES = """\
**whole**: all that was seen of the rule is expressed, and every vector holds. **partly**: a printed clause is left out, below with the
reason. **differs**: a vector does not hold. Of a page that printed no figures to compute with, only what was seen is stated (who may
take part, in which window, in which forms): **seen, said**; **nothing seen** is a page of which there is nothing to state.

"""
BASES: dict[str, str] = {
    "printed_example": "a worked example on the page",
    "printed_table_row": "a row of a printed table",
    "printed_pair": "a number and its amount, both printed",
    "applies_printed_rule": "the page's rule on figures of ours",
    "derived": "follows from what is printed",
    "ambiguous": "one reading of what can be read in two ways",
}


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme with what came of its vectors: what does not hold, by the number of the vector."""

    scheme: Scheme
    failures: dict[int, list[str]]

    @property
    def computable(self) -> bool:
        """Whether the page printed something to compute with."""
        return bool(self.scheme.presets)

    @property
    def state(self) -> str:
        """How much of it is expressed."""
        if self.failures:
            return "differs"
        if self.scheme.left_out:
            return "partly"
        if self.computable:
            return "whole"
        return "seen, said" if self.scheme.said else "nothing seen"


def documents(folder: Path = VECTORS) -> list[str]:
    """The documents of all schemes, by the name of the file."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))]


def tried(texts: Iterable[str]) -> list[Tried]:
    """Every scheme with its vectors tried on the presets."""
    editions = {each.code: presets.document(each.code) for each in presets.listed()}
    return [_tried(proof.read(text), editions) for text in texts]


def markdown(found: Sequence[Tried]) -> str:
    """The document."""
    computable = [each for each in found if each.computable]
    others = [each for each in found if not each.computable]
    parts = [
        HEAD.format(schemes=len(found)),
        *_summary(computable, others),
        STATES,
        *_vectors(found),
        *_computable(computable),
        *_left_out(found),
        *_others(others),
        *_beside(found),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def share(found: Sequence[Tried]) -> tuple[int, int]:
    """How many schemes with a computable rule are expressed whole, and of how many."""
    computable = [each for each in found if each.computable]
    return sum(each.state == "whole" for each in computable), len(computable)


def reported(each: Tried) -> dict[str, Any]:
    """A scheme's state, its vectors and what does not hold, for a program to read."""
    left_out = [clause.clause for clause in each.scheme.left_out]
    return {
        "code": each.scheme.code,
        "state": each.state,
        "presets": each.scheme.presets,
        "vectors": len(each.scheme.vectors),
        "failures": each.failures,
        "left_out": left_out,
    }


def _tried(scheme: Scheme, editions: Mapping[str, str]) -> Tried:
    came = {number: proof.differences(scheme, vector, editions) for number, vector in enumerate(scheme.vectors, start=1)}
    if scheme.said:
        proof.stated(scheme.said)
    return Tried(scheme=scheme, failures={number: lines for number, lines in came.items() if lines})


# ------------------------------------------------------------------------------------------------------------------- its parts


def _summary(computable: Sequence[Tried], others: Sequence[Tried]) -> Iterator[str]:
    whole, of = share(computable)
    states = Counter(each.state for each in (*computable, *others))
    yield "| | |\n|---|---|\n"
    yield f"| pages with a rule to compute | {of} |\n"
    yield f"| of them whole | {whole} ({whole * 1000 // max(of, 1) / 10:.1f} %) |\n"
    yield f"| of them partly | {sum(each.state == 'partly' for each in computable)} |\n"
    yield f"| of them with a vector that does not hold | {states['differs']} |\n"
    yield f"| pages without figures | {len(others)} |\n"
    yield f"| of them all that was seen is said | {states['seen, said']} |\n"
    yield f"| of them partly | {sum(each.state == 'partly' for each in others)} |\n\n"


def _vectors(found: Sequence[Tried]) -> Iterator[str]:
    yield "## Vectors\n\n| basis | what it is | of the pages | of ours |\n|---|---|---|---|\n"
    for basis in get_args(Basis):
        theirs, ours = (_held(found, basis, each) for each in (False, True))
        yield f"| `{basis}` | {BASES[basis]} | {theirs} | {ours} |\n"
    yield f"| all | | {_held(found, None, ours=False)} | {_held(found, None, ours=True)} |\n\n"
    yield "Each cell: how many hold, of how many. Those of ours try clauses that the scheme's own vectors leave untried.\n\n"


def _held(found: Sequence[Tried], basis: str | None, ours: bool) -> str:
    meant = [
        number not in each.failures
        for each in found
        for number, vector in enumerate(each.scheme.vectors, start=1)
        if vector.ours == ours and basis in (None, vector.basis)
    ]
    return f"{sum(meant)} of {len(meant)}" if meant else "–"


def _computable(found: Sequence[Tried]) -> Iterator[str]:
    yield "## Pages with a rule to compute\n\n"
    yield "| scheme | seen | presets | vectors that hold | basis | state |\n|---|---|---|---|---|---|\n"
    for each in found:
        codes = ", ".join(f"[`{code}`](../../rules/presets/{code}.toml)" for code in each.scheme.presets)
        total = len(each.scheme.vectors)
        held = f"{total - len(each.failures)} of {total}"
        yield f"| {_named(each)} | {each.scheme.seen} | {codes} | {held} | {_bases(each.scheme.vectors)} | {each.state} |\n"
    yield "\n"


def _named(each: Tried) -> str:
    return f"{each.scheme.like} {each.scheme.name} ({each.scheme.date})".replace("|", "\\|")


def _bases(vectors: Sequence[Vector]) -> str:
    """How many of each basis; `+` those of ours."""
    theirs = Counter(vector.basis for vector in vectors if not vector.ours)
    ours = sum(vector.ours for vector in vectors)
    told = [f"{theirs[basis]} {basis}" for basis in get_args(Basis) if theirs[basis]]
    return ", ".join([*told, *([f"+{ours} of ours"] if ours else [])])


def _left_out(found: Sequence[Tried]) -> Iterator[str]:
    yield "## Clauses that are left out\n\n| scheme | clause | why not |\n|---|---|---|\n"
    for each in found:
        for clause in each.scheme.left_out:
            yield f"| {each.scheme.like} | {clause.clause} | {clause.why} |\n"
    for each in found:
        for number, lines in each.failures.items():
            yield f"| {each.scheme.like} | {each.scheme.vectors[number - 1].given} | {'; '.join(lines)} |\n"
    yield "\n"


def _others(found: Sequence[Tried]) -> Iterator[str]:
    yield "## Pages without figures to compute with\n\n| scheme | seen | what is said of it | state |\n|---|---|---|---|\n"
    for each in found:
        words = ", ".join(f"`{word}`" for word in dict.fromkeys(_words(each.scheme.said)))
        yield f"| {_named(each)} | {each.scheme.seen} | {words} | {each.state} |\n"
    yield "\n"


_TAGS = ("test", "how", "type", "form")
_PLACEHOLDERS = {"host_set"}
"""what stands where the page gave no amount"""


def _words(said: object) -> Iterator[str]:
    """The variants of parts that are used, and the chapters that have none."""
    if isinstance(said, list):
        for item in cast("list[object]", said):
            yield from _words(item)
    elif isinstance(said, dict):
        table = cast("dict[str, object]", said)
        for name, value in table.items():
            if name in _TAGS and isinstance(value, str):
                yield from () if value in _PLACEHOLDERS else (value,)
            elif name in {"limits", "shares", "first_on", "minimum", "pays", "points_of", "starts_on"}:
                yield name
            else:
                yield from _words(value)


def _beside(found: Sequence[Tried]) -> Iterator[str]:
    yield "## What decides no figure\n\n"
    yield "Printed too, and not part of an edition: how things are done, and what was not seen to the end.\n\n"
    for each in found:
        for line in each.scheme.beside:
            yield f"* {each.scheme.like}: {line}\n"


if __name__ == "__main__":
    DOCUMENT.write_text(markdown(tried(documents())), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT}\n")
