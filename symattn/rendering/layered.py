"""Boxes in layers with lines between them, upwards only: a layout of our own, always the same.

After Sugiyama, Tagawa and Toda 1981: layers, then an order with few crossings, then places. A line
that passes a layer gets a place of its own there, so that it meets no box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP, LAYER_GAP, THIN = 18, 64, 6  # between boxes, between layers, room for a line that passes
SWEEPS = 16
Layers = list[list[str]]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a box is."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where everything is: top left corners of boxes, and lines from the lower box to the upper."""

    width: int
    height: int
    corners: Mapping[str, tuple[int, int]]
    lines: Mapping[tuple[str, str], tuple[tuple[int, int], ...]]


def placed(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], widest: int) -> Placed:
    """The layout of boxes with edges (lower, upper), none wider than `widest` if that is possible.

    >>> two = {"a": Size(40, 20), "b": Size(40, 20)}
    >>> placed(two, [("a", "b")], 200).corners
    {'b': (0, 0), 'a': (0, 84)}
    """
    layer = _layers(sizes, edges, widest)
    chains = _chains(layer, edges)
    all_sizes = dict(sizes)
    rows: Layers = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for name in sizes:
        rows[layer[name]].append(name)
    for (low, _), chain in chains.items():
        for step, name in enumerate(chain[1:-1], layer[low] + 1):
            rows[step].append(name)
            all_sizes[name] = Size(THIN, 0)
    steps = [pair for chain in chains.values() for pair in pairwise(chain)]
    rows = _ordered(rows, steps)
    return _drawn(rows, steps, all_sizes, sizes, chains)


def _layers(
    sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], widest: int
) -> dict[str, int]:
    """The layer of every box, from 0 at the bottom; a full layer sends the next box higher up."""
    below: dict[str, set[str]] = {name: set() for name in sizes}
    for low, high in edges:
        below[high].add(low)
    found: dict[str, int] = {}
    taken: dict[int, int] = {}
    waiting = list(sizes)
    while waiting:
        ready = [name for name in waiting if all(low in found for low in below[name])]
        for name in ready or waiting[:1]:  # edges in a circle: somebody goes first
            at = max((found[low] + 1 for low in below[name] if low in found), default=0)
            while taken.get(at, 0) and taken[at] + GAP + sizes[name].width > widest:
                at += 1
            found[name] = at
            taken[at] = taken.get(at, -GAP) + GAP + sizes[name].width
            waiting.remove(name)
    return found


def _chains(
    layer: Mapping[str, int], edges: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[str]]:
    """For each edge its stations from the lower box to the upper, one in each layer."""
    found = {}
    for low, high in edges:
        if layer[low] < layer[high]:
            between = range(layer[low] + 1, layer[high])
            found[low, high] = [low, *(f"{low}\n{high}\n{at}" for at in between), high]
    return found


def _ordered(rows: Layers, steps: Sequence[tuple[str, str]]) -> Layers:
    """The layers in the order with the fewest crossings that some sweeps find."""
    up, down = _neighbours(steps)
    best, fewest = [list(row) for row in rows], _crossings(rows, up)
    for sweep in range(SWEEPS):
        upwards = sweep % 2 == 0
        order = range(1, len(rows)) if upwards else range(len(rows) - 2, -1, -1)
        for at in order:
            beside = down if upwards else up
            places = {name: x for x, name in enumerate(rows[at - 1 if upwards else at + 1])}
            rows[at] = _by_middle(rows[at], beside, places)
        crossings = _crossings(rows, up)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


Neighbours = Mapping[str, Sequence[str]]


def _neighbours(steps: Sequence[tuple[str, str]]) -> tuple[Neighbours, Neighbours]:
    up: dict[str, list[str]] = {}
    down: dict[str, list[str]] = {}
    for low, high in steps:
        up.setdefault(low, []).append(high)
        down.setdefault(high, []).append(low)
    return up, down


def _by_middle(row: list[str], beside: Neighbours, places: Mapping[str, int]) -> list[str]:
    """The row by the mean place of its neighbours; who has none keeps its place."""

    def middle(at_name: tuple[int, str]) -> float:
        at, name = at_name
        found = [places[other] for other in beside.get(name, ())]
        return sum(found) / len(found) if found else float(at)

    return [name for _, name in sorted(enumerate(row), key=middle)]


def _crossings(rows: Layers, up: Neighbours) -> int:
    total = 0
    for lower, upper in pairwise(rows):
        places = {name: x for x, name in enumerate(upper)}
        ends = [x for low in lower for x in sorted(places[high] for high in up.get(low, ()))]
        total += sum(one > other for at, one in enumerate(ends) for other in ends[at + 1 :])
    return total


def _drawn(
    rows: Layers,
    steps: Sequence[tuple[str, str]],
    all_sizes: Mapping[str, Size],
    boxes: Mapping[str, Size],
    chains: Mapping[tuple[str, str], list[str]],
) -> Placed:
    centres = _centres(rows, steps, all_sizes)
    left = min((centres[name] - all_sizes[name].width / 2 for name in centres), default=0.0)
    tops, bands, y = {}, {}, 0
    for row in reversed(rows):
        height = max(all_sizes[name].height for name in row)
        for name in row:
            tops[name] = y + (height - all_sizes[name].height) // 2
            bands[name] = (y, y + height)
        y += height + LAYER_GAP
    x = {name: round(centre - left) for name, centre in centres.items()}
    corners = {
        name: (x[name] - boxes[name].width // 2, tops[name]) for name in tops if name in boxes
    }
    lines = {}
    for (low, high), chain in chains.items():
        bends = [(x[name], y) for name in chain[1:-1] for y in reversed(bands[name])]
        start, end = tops[low], tops[high] + boxes[high].height
        ends = (x[low], start), (x[low], bands[low][0]), (x[high], bands[high][1]), (x[high], end)
        lines[low, high] = (*ends[:2], *bends, *ends[2:])  # slanted only between two layers
    right = [corner[0] + boxes[name].width for name, corner in corners.items()]
    width = max([0, *right, *(bend for line in lines.values() for bend, _ in line)])
    return Placed(width, max(y - LAYER_GAP, 0), corners, lines)


def _centres(
    rows: Layers, steps: Sequence[tuple[str, str]], sizes: Mapping[str, Size]
) -> dict[str, float]:
    """Where the middle of each box is: close to its neighbours, in the order of its layer."""
    up, down = _neighbours(steps)
    found: dict[str, float] = {}
    for row in rows:
        _spread(row, dict.fromkeys(row, 0.0), sizes, found)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wanted = {}
            for name in row:
                beside = [*up.get(name, ()), *down.get(name, ())]
                near = [found[other] for other in beside]
                wanted[name] = sum(near) / len(near) if near else found[name]
            _spread(row, wanted, sizes, found)
    return found


def _spread(
    row: list[str], wanted: Mapping[str, float], sizes: Mapping[str, Size], found: dict[str, float]
) -> None:
    """The places nearest to those wanted (least squares) that keep order and distances."""
    offset, offsets = 0.0, []
    for at, name in enumerate(row):
        if at:
            offset += (sizes[row[at - 1]].width + sizes[name].width) / 2 + GAP
        offsets.append(offset)
    blocks: list[list[float]] = []  # sum and count of what stands together
    for name, moved in zip(row, offsets, strict=True):
        blocks.append([wanted[name] - moved, 1.0])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + count]
    means = [total / count for total, count in blocks for _ in range(int(count))]
    for name, mean, moved in zip(row, means, offsets, strict=True):
        found[name] = mean + moved
