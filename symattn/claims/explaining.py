"""Why an answer is wrong, in a sentence that is made from the counterexample."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symattn.claims.task import Task

CELL = re.compile(r"\(?q?(\d+)(?:,)? k?(\d+)(?:\^T)?\)?")
OF_CELL = {  # what is wrong with a cell of a table or a product of a list -> what is said
    "future": "query {i} sees key {j}, which comes later",
    "extra": "query {i} sees key {j}, which is hidden from it",
    "missing": "query {i} does not see key {j}, though it should",
    "twice": "the product of query {i} and key {j} stands twice",
}
OF_KEY = {
    "future": "{x} comes after the query and is hidden",
    "extra": "{x} is hidden from the query",
    "missing": "{x} is seen, too",
    "twice": "{x} stands twice",
    "too early": "here {x}, which it needs",  # "softmax before mask"
}
LONG = re.compile(r"-?\d+\.\d{7,}(?:e-?\d+)?")
ANSWERED = ("count", "set", "enumeration", "value", "shape", "cost", "matrix", "order")


def explained(task: Task, record: Mapping[str, Any]) -> str:
    """What the counterexample of a refuted claim says; nothing for any other verdict.

    >>> from symattn.claims.judging import judge
    >>> from symattn.core.report import Place
    >>> asked = Task("a", "enumeration", "refuted", Place("x", 1), reference="causal",
    ...              given={"n": 4, "i": 1}, answer="q1 k0, q1 k1, q1 k3")
    >>> explained(asked, judge(asked))
    'Here query 1 sees key 3, which comes later.'
    """
    if record["verdict"] not in ("refuted", "relabelled"):
        return ""
    if items := record.get("items"):
        return _of_items(task, items)
    case = record.get("counterexample")
    if not case:
        return ""
    left, right = str(case["left"]), str(case["right"])
    if task.kind in ANSWERED:
        return _of_values(task, case, left, right)
    at = _names(case)
    if task.text.startswith("no_future"):
        return f"For n = {case['n']}, query {case['i']} sees key {case['j']}, which comes later."
    if {left, right} == {"True", "False"} and {"i", "j"} <= set(case):
        later = ", which comes later" if case["j"] > case["i"] else ""
        sides = "the first condition, but not by the second"
        if left == "False":
            sides = "the second condition, but not by the first"
        sizes = ", ".join(name for name in at if not name.startswith(("i ", "j ")))
        if " <= support(" in task.text and left == "True":
            return (
                f"For {sizes}, query {case['i']} does not see key {case['j']}{later} ({task.text})."
            )
        return (
            f"For {sizes}, query {case['i']} sees key {case['j']}{later}, by {sides} ({task.text})."
        )
    return f"For {', '.join(at)} the two sides are {left} and {right} ({task.text})."


def _names(case: Mapping[str, Any]) -> list[str]:
    """The sizes and positions of a case."""
    known = [name for name in ("n", "n_q", "n_k", "d", "d_v", "i", "j") if name in case]
    found = [f"{name} = {case[name]}" for name in known]
    return found + [f"{name} = {value}" for name, value in case.get("parameters", {}).items()]


def _of_values(task: Task, case: Mapping[str, Any], left: str, right: str) -> str:
    """The value that is right, and the one that was given."""
    left, right = (LONG.sub(_shorter, side) for side in (left, right))
    if task.kind == "shape" and left.isdigit():
        sizes = f"For {', '.join(_names(case))} there" if _names(case) else "There"
        return f"{sizes} are {left} where this shape has {right}."
    places = [f"{name} = {case[name]}" for name in ("i", "j") if name in case]
    places += [f"{k} = {v}" for k, v in case.get("parameters", {}).items() if k in ("t", "j")]
    at = f"At {', '.join(places)} it" if places and task.kind in ("value", "matrix") else "It"
    return f"{at} is {left}, not {right}."


def _shorter(number: re.Match[str]) -> str:
    """A decimal with six digits; what was cut off is said."""
    short = f"{float(number[0]):.6g}"
    return short if Fraction(short) == Fraction(number[0]) else f"about {short}"


def _of_items(task: Task, items: Mapping[str, Any]) -> str:
    """The first thing that is wrong, and how many more there are."""
    group, things = next((g, found) for g, found in items.items() if found)
    first = str(things[0])
    cell = CELL.fullmatch(first) if task.kind in ("matrix", "enumeration") else None
    if cell and group in OF_CELL:
        said = "Here " + OF_CELL[group].format(i=cell[1], j=cell[2])
    else:
        name = f"position {first}" if first.isdigit() else f'"{first}"'
        name = first.replace(" before ", " stands before ") if group == "too early" else name
        said = OF_KEY.get(group, group + ": {x}").format(x=name)
        said = said[0].upper() + said[1:]
    more = sum(len(found) for found in items.values()) - 1
    return said + (f", and {more} more" if more else "") + "."
