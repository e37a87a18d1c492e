"""The table of families: which question has variants, and who draws them.

A variant is an entry of a claim file. It is drawn here and verified elsewhere: nothing of a family
is believed before its claims have been decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from symattn.claims.variants import counting, patterns, vectors, words
from symattn.claims.variants.drawing import Record

FAMILIES: Mapping[str, Callable[[Random], Record]] = {  # id of a question -> its family
    "heat-4": patterns.heatmap,
    "alpha-0": patterns.structure,
    "apply-mask": patterns.apply_mask,
    "violate-4": patterns.violates,
    "leak-debug": patterns.find_leak,
    "enum-7": counting.products,
    "kv-set-4": counting.keys_of_query,
    "count-5-of-8": counting.keys_counted,
    "cost-token": counting.cost_of_token,
    "generate-cost": counting.cost_of_text,
    "quadratic": counting.cheaper,
    "pre-norm": vectors.score,
    "compute-y": vectors.output,
    "orthogonal": vectors.orthogonal,
    "projections-identity": vectors.identity,
    "fox": words.words_seen,
    "order": words.steps_ordered,
    "dims": words.shapes,
    "kv-all": words.cell_seen,
    "positive": words.weight_zero,
}


def variant(row: str, seed: int, attempt: int = 0) -> Record:
    """The entry that a seed makes of a question, the same whenever it is asked.

    >>> found = variant("count-5-of-8", 1)
    >>> found["id"], found["kind"], found == variant("count-5-of-8", 1)
    ('count-5-of-8.1', 'count', True)
    """
    drawn = FAMILIES[row](Random(f"{row} {seed} {attempt}"))
    return {"id": f"{row}.{seed}", **drawn}
