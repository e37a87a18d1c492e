"""`judge`: a task and the record of its verdict; the table of kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from time import perf_counter
from typing import Any

from symattn.claims.task import Task
from symattn.core.errors import NotConcrete, SymattnError

Record = dict[str, Any]
KINDS: Mapping[str, str] = {  # kind -> the file and the function that decide it
    "equal": "lines.claim",
    "truefalse": "lines.claim",
    "independent": "lines.claim",
    "steps": "lines.steps",
    "count": "positions.count",
    "set": "positions.keys",
    "enumeration": "positions.enumeration",
    "matrix": "matrix.matrix",
    "value": "value.value",
    "shape": "shape.shape",
    "cost": "cost.cost",
    "order": "order.order",
    "distinct": "distinct.distinct",
    "broken": "lines.broken",
}


def judge(task: Task) -> Record:
    """The record of the verdict about a task; whatever goes wrong is a verdict, too.

    >>> from symattn.core.report import Place
    >>> given = {"n": 8, "i": 5}
    >>> asked = Task("a", "count", "proved", Place("x", 1), reference="causal", given=given)
    >>> judge(asked.answered(6))["verdict"], judge(asked.answered(5))["verdict"]
    ('proved', 'refuted')
    """
    from symattn.claims.records import lost, refused

    start = perf_counter()
    try:
        found = decider(task.kind)(task)
    except NotConcrete as error:
        found = lost(task.text, f"not supported yet: {error}")
    except SymattnError as error:
        found = refused(task.text, error)
    except (MemoryError, RecursionError) as error:
        found = lost(task.text, f"gave up: {type(error).__name__}")
    except Exception as error:
        reason = f"internal error, please report it: {type(error).__name__}: {error}"
        found = lost(task.text, reason[:400])
    return found | {"ms": round(1000 * (perf_counter() - start), 1)}


def decider(kind: str) -> Callable[[Task], Record]:
    """The function that decides a kind; its file is loaded when it is first asked."""
    module, _, name = KINDS[kind].partition(".")
    found: Callable[[Task], Record] = getattr(import_module(f"symattn.claims.kinds.{module}"), name)
    return found


def cacheable(record: Record) -> bool:
    """Whether the verdict is the same whenever it is asked for: not after a crash."""
    reason = str(record.get("reason", ""))
    return not reason.startswith(("internal error", "gave up: MemoryError", "crash", "time"))
