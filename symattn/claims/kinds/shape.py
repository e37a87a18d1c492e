"""Kind shape: the rows and columns of a matrix expression, in letters or in numbers."""

from __future__ import annotations

from typing import Any

from symattn.claims.kinds.lines import decided
from symattn.claims.records import Record, record
from symattn.claims.task import Task
from symattn.core.errors import Unreadable
from symattn.core.report import Finding
from symattn.deciding.finite import Question, settled
from symattn.reading.shape_text import USUAL, DoesNotFit, Shape, read_shape, shape_of

OF_OUTPUT = {"weight": "P", "score": "S", "output": "O", "mask": "M", "masked": "S"}
NO_SHAPE = "no shape"


def shape(task: Task) -> Record:
    """A matrix expression has the stated shape for all sizes, or for the given ones."""
    if task.claim and not isinstance(task.claim, tuple):
        text = task.claim
    elif task.output in OF_OUTPUT:
        text = OF_OUTPUT[task.output]
    else:
        raise Unreadable("", 0, "kind shape needs a matrix expression as 'claim'")
    known = {name: _known(v) for name, v in task.given.items() if isinstance(v, (str, list))}
    numbers = {
        n: str(task.size(n)) for n, v in task.given.items() if not isinstance(v, (str, list))
    }
    letters: dict[str, Shape] = {
        name: (numbers.get(rows, rows), numbers.get(columns, columns))
        for name, (rows, columns) in {**USUAL, **known}.items()
    }
    claimed = read_shape(_text(task.answer))
    try:
        found: Shape | None = shape_of(text, letters)
        why = ""
    except DoesNotFit as error:
        found, why = None, str(error)
    asked = Question(
        task.described,
        f"{text} is {_said(claimed)}" + (f" with {_told(task, known)}" if task.given else ""),
        ", ".join(f"{name} = {v}" for name, v in numbers.items()) or "all sizes",
        tuple((name, int(v)) for name, v in numbers.items()),
    )
    if found is None or claimed is None:
        right = f"{NO_SHAPE}: {why}" if found is None else _said(found)
        answered = right if claimed is None and found is None else _said(claimed)
        return record(settled(asked, right, right, answered, str))
    return _sides(asked, found, claimed)


def _sides(asked: Question, found: Shape, claimed: Shape) -> Record:
    """Side by side: the same letters, or the same numbers for all sizes."""
    for left, right in zip(found, claimed, strict=True):
        if left == right:
            continue
        told = decided(f"({left}) == ({right})")
        if told["verdict"] != "proved":
            return told | {"claim": asked.claim, "reading": asked.reading}
    same: Finding = settled(asked, _said(found), _said(found), _said(found), str)
    return record(same)


def _text(answer: Any) -> str:
    return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)


def _known(said: Any) -> Shape:
    found = read_shape(_text(said))
    if found is None:
        raise Unreadable(str(said)[:60], 0, "expected a shape such as (n, d)", source="given")
    return found


def _said(shape: Shape | None) -> str:
    return NO_SHAPE if shape is None else f"({shape[0]}, {shape[1]})"


def _told(task: Task, known: dict[str, Shape]) -> str:
    sizes = [f"{name} = {v}" for name, v in task.given.items() if isinstance(v, int)]
    return ", ".join([*sizes, *(f"{name}: {_said(s)}" for name, s in known.items())])
