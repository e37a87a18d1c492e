"""True claims about recurrences: tiles, caches and states give the same output."""

# ruff: noqa: E501  (a claim stands on one line)
from __future__ import annotations

from random import Random

from tests.campaign.case import family
from tests.campaign.rewrites.mechanisms import BIASES, plus

PAST = ["causal", "window(visible=w)", "window(visible=3)", "causal + packed", "causal + dilated(2)",
        "(window(visible=2) | sink_tokens(1)) + causal", "causal + chunked(3)", "prefix(2) + causal"]  # fmt: skip
ANY = [*PAST, "full", "chunked(2)", "dilated(2)", "prefix(2)", "padding", "strided(2)"]


@family("recurrences")
def _online(rng: Random) -> tuple[str, str]:
    """An online softmax over tiles of any size."""
    spec = plus(
        rng.choice(ANY), rng.choice(BIASES), rng.choice(["", "", "softmax1", "learned_sink"])
    )
    tile = rng.choice(["b0", "b0", "1", "2", "3", "64", "n"])
    return f"online({spec}, tile={tile}) == output({spec})", "online softmax"


@family("recurrences")
def _decode(rng: Random) -> tuple[str, str]:
    """One query after the other, with a cache."""
    normaliser = rng.choice(["", "", "softmax1", "sigmoid(b0)", "linear"])
    spec = plus(rng.choice(PAST), "" if normaliser == "linear" else rng.choice(BIASES), normaliser)
    return f"decode({spec}, step=t) == row(output({spec}), t)", "cache"


@family("recurrences")
def _recurrent(rng: Random) -> tuple[str, str]:
    """One key after the other, into a state."""
    mask = "causal" if rng.random() < 0.8 else rng.choice(PAST)
    spec = plus(mask, rng.choice(["linear", "linear", "retention(g=1/2)", "retention"]))
    return f"recurrent({spec}) == output({spec})", "state"


@family("recurrences")
def _two_ways(rng: Random) -> tuple[str, str]:
    """Two tilings, or a tiling and a cache."""
    spec = plus(rng.choice(PAST), rng.choice(BIASES))
    return rng.choice([
        (f"online({spec}, tile=2) == online({spec}, tile=b0)", "two tilings"),
        (f"decode({spec}, step=i) == online({spec}, tile=b0)", "cache and tiles"),
    ])  # fmt: skip
