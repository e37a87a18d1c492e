"""Loops that are broken on purpose must be caught by trials, and never pass the replay."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest

from symattn.deciding.answer import No
from symattn.deciding.replay import DoesNotReplay
from symattn.deciding.trials import loops, world
from symattn.deciding.trials.answering import answer_trials
from symattn.deciding.trials.replaying import replayed_term
from symattn.deciding.trials.rows import Rows
from tests.deciding_trials.truth import claim_of

ONLINE = "output(causal) == online(causal, tile=b)"
DECODE = "decode(window(visible=w)+causal, step=t) == row(output(window(visible=w)+causal), t)"
RETENTION = "output(retention) == recurrent(retention)"
LINEAR = "output(linear+causal) == recurrent(linear+causal)"


def tiled(rows: Rows, i: int, tile: int, rescale: bool, last: bool, once: bool) -> list[Any]:
    """An online softmax with one of three usual mistakes."""
    a, seen = rows.algebra, set(rows.keys(i))
    m: Any = None
    l, o = a["number"](0), None
    stop = rows.n_k if last else rows.n_k - rows.n_k % tile
    for start in range(0, max(stop, 1), tile):
        keys = [j for j in range(start, min(start + tile, rows.n_k)) if j in seen]
        if not keys:
            continue
        scores = list(rows.scores(i, 0, keys).values())
        top = a["max"](*([] if m is None else [m]), *scores, scores[0])
        shrunk = a["exp"](a["-"](m, top)) if m is not None else a["number"](0)
        powers = [a["exp"](a["-"](s, top)) for s in scores]
        l = reduce(a["+"], powers, a["*"](l, shrunk) if rescale or once else l)
        values = [rows.value(i, j) for j in keys]
        o = o or [a["number"](0)] * len(values[0])
        kept = [a["*"](x, shrunk) if rescale else x for x in o]
        o = [
            reduce(a["+"], (a["*"](p, v[t]) for p, v in zip(powers, values, strict=True)), x)
            for t, x in enumerate(kept)
        ]
        m = top
    return [a["/"](x, l) for x in o or [a["number"](0)] * 2]


def late(rows: Rows, t: int) -> list[Any]:
    """A decoder that appends the key of a step after it has attended."""
    return loops._from_cache(rows, t, set(range(t)) or {0})


def forgetful(rows: Rows, t: int) -> list[Any]:
    """A decoder whose window is one key too short."""
    seen = rows.keys(t)
    return loops._from_cache(rows, t, set(seen[1:] or seen))


def undecayed(rows: Rows, i: int) -> list[Any]:
    """A state that decays once more than it should."""
    found = loops.recurrent(rows, i)
    g = rows.env.scalars["g"]
    return [rows.algebra["*"](g, x) for x in found]


def undivided(rows: Rows, i: int) -> list[Any]:
    """A linear recurrence that divides by the last key alone."""
    found = loops.recurrent(rows, i)
    last = loops._from_cache(rows, i, {i})
    return [rows.algebra["+"](x, rows.algebra["-"](y, y)) if i == 0 else y
            for x, y in zip(found, last, strict=True)]  # fmt: skip


Loop = Callable[..., list[Any]]
BUGS: list[tuple[str, str, Loop]] = [
    (ONLINE, "online", lambda rows, i, tile: tiled(rows, i, tile, False, True, True)),
    (ONLINE, "online", lambda rows, i, tile: tiled(rows, i, tile, True, False, False)),
    (ONLINE, "online", lambda rows, i, tile: tiled(rows, i, tile, False, True, False)),
    (DECODE, "decode", late),
    (DECODE, "decode", forgetful),
    (RETENTION, "recurrent", undecayed),
    (LINEAR, "recurrent", undivided),
]


@pytest.mark.parametrize(("text", "name", "bug"), BUGS)
def test_a_broken_loop_is_caught(
    text: str, name: str, bug: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.VECTORS, name, bug)  # type: ignore[arg-type]
    claim = claim_of(text)
    answer = answer_trials(claim)
    assert isinstance(answer, No), answer
    with pytest.raises(DoesNotReplay):  # the third evaluator knows better
        replayed_term(claim, answer.point)


def test_the_right_loop_of_these_tests_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above fail for their mistakes only."""

    def right(rows: Rows, i: int, tile: int) -> list[Any]:
        return tiled(rows, i, tile, True, True, False)

    monkeypatch.setitem(world.VECTORS, "online", right)  # type: ignore[arg-type]
    assert not isinstance(answer_trials(claim_of(ONLINE)), No)


def test_a_weight_that_leaks_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row sum that forgets the last key of long rows only."""

    def short(rows: Rows, i: int) -> Any:
        found = rows.weights(i)
        return reduce(rows.algebra["+"], found if len(found) < 6 else found[:-1])

    monkeypatch.setitem(world.NUMBERS, "row_sum", short)  # type: ignore[arg-type]
    answer = answer_trials(claim_of("row_sums(causal) == 1"))
    assert isinstance(answer, No)
    assert answer.point.values["n"] == 6
