"""True claims about whole mechanisms: two spellings of one composition."""

# ruff: noqa: E501  (a claim stands on one line)
from __future__ import annotations

from random import Random

from tests.campaign.case import family

MASKS = ["causal", "full", "window(visible=w)", "window(visible=3)", "chunked(2)", "dilated(2)", "prefix(2)",
         "packed", "padding", "sink_tokens(2) + causal", "(window(visible=2) | sink_tokens(1)) + causal"]  # fmt: skip
BIASES = ["alibi(m)", "bias(b[i, j])", "bias(m * j)", "temperature(T)", "softcap(c)", "rope", "qk_norm",
          "kerple", "log_n(s)", "shaw(clip=2)", "transformer_xl", "t5", ""]  # fmt: skip
NORMALISERS = ["", "softmax1", "learned_sink", "sigmoid(b0)", ""]
WORDS = ["weights", "output"]


def plus(*parts: str) -> str:
    return " + ".join(part for part in parts if part)


def _visible(mask: str) -> str:
    return f"({mask})" if "|" in mask else mask


PAIRS = [  # two spellings of one mechanism, from parts that hold for any mask M
    ("M + alibi(m)", "M + bias(m * j)", "row shift"),
    ("M + alibi(m)", "M + bias(-m * (i - j))", "alibi is a bias"),
    ("M + alibi(m)", "bias(m * (j - i)) + M", "alibi is a bias"),
    ("M + bias(b[i])", "M", "row shift"),
    ("M + bias(b[i, j])", "M + bias(b[i, j] - b[i, i])", "row shift"),
    ("M + bias(x0) + bias(y0)", "M + bias(y0 + x0)", "biases add"),
    ("M + temperature(T)", "M + bias(dot(q[i], k[j]) / sqrt(d) / T - dot(q[i], k[j]) / sqrt(d))", "temperature is a scale"),
    ("M + temperature(1)", "M", "temperature 1"),
    ("M + temperature(2) + temperature(3)", "temperature(6) + M", "temperatures multiply"),
    ("M + bias(c0) + temperature(T)", "temperature(T) + M + bias(c0 / T)", "bias before a temperature"),
    ("M + bias(j) + temperature(2)", "M + temperature(2) + bias(j / 2)", "bias before a temperature"),
    ("M + gqa(groups=H)", "M + multihead", "a group for each head"),
    ("M + mqa", "M + gqa(groups=1)", "one group"),
    ("M + mla_expanded", "M + mla_absorbed", "absorbed matrices"),
    ("M + rope", "rope + M", "order"),
    ("M + qk_norm + rope", "M + rope + qk_norm", "norm and rotation"),
    ("M + qk_norm", "M + qk_norm + qk_norm", "norm of a norm"),
    ("M + M", "M", "twice"),
    ("M + full", "M", "nothing more"),
    ("M + softcap(c)", "softcap(c) + M", "order"),
    ("M + sigmoid(b0)", "M + bias(b0) + sigmoid(0)", "bias of a sigmoid"),
    ("M + differential", "differential + M", "order"),
    ("M + learned_sink", "learned_sink + M + temperature(1)", "order"),
    ("M + linear", "linear + M", "order"),
    ("M + cross", "M + full", "same"),
    ("M + kerple(r1=r, r2=2)", "M + bias(-r * log(2 * abs(i - j) + 1))", "kerple is a bias"),
    ("M + log_n(1)", "M + bias((log(n) - 1) * dot(q[i], k[j]) / sqrt(d))", "log_n is a scale"),
]  # fmt: skip


@family("mechanisms")
def _pair(rng: Random) -> tuple[str, str]:
    left, right, name = rng.choice(PAIRS)
    mask = _visible(rng.choice(MASKS))
    bias = rng.choice(BIASES[:1] + BIASES[3:4]) if rng.random() < 0.15 else ""
    if bias and ("temp" in left or "T" in left or "alibi" in left):
        bias = ""
    word = rng.choice(WORDS)
    sides = [plus(side.replace("M", mask), bias) for side in (left, right)]
    return f"{word}({sides[0]}) == {word}({sides[1]})", name


SPELLINGS = [  # the same mask twice
    ("window(visible=w)", "window(lookback=w - 1)"), ("window(lookback=w)", "window(visible=w + 1)"),
    ("window(visible=4)", "causal + window(left=3, right=0)"), ("causal", "full + causal"),
    ("causal", "prefix(0)"), ("chunked(1) + causal", "window(visible=1)"), ("dilated(1)", "full"),
    ("(causal | packed) + padding", "(causal + padding) | (packed + padding)"),
    ("(causal | chunked(3)) + dilated(2)", "(dilated(2) + causal) | (dilated(2) + chunked(3))"),
    ("window(visible=3) + causal", "window(visible=3)"), ("packed + causal", "causal + packed + causal"),
    ("window(visible=5) + window(visible=3)", "window(visible=3)"), ("strided(1)", "full"),
    ("prefix(p) + causal", "causal"), ("sink_tokens(0) | causal", "causal"),
]  # fmt: skip


@family("mechanisms")
def _spelling(rng: Random) -> tuple[str, str]:
    left, right = rng.choice(SPELLINGS)
    bias, normaliser = rng.choice(BIASES), rng.choice(NORMALISERS)
    word = rng.choice(WORDS)
    sides = [plus(f"({side})", bias, normaliser) for side in (left, right)]
    rng.shuffle(sides)
    where = " where w >= 2" if "w - 1" in left + right else ""
    return f"{word}({sides[0]}) == {word}({sides[1]}){where}", "mask spelled differently"


@family("normalisers")
def _row_sum(rng: Random) -> tuple[str, str]:
    """Weights that sum to 1, or to what a sink leaves."""
    mask = _visible(rng.choice([m for m in MASKS if m not in ("padding",)]))
    bias = rng.choice(BIASES)
    spec = plus(mask, bias)
    return rng.choice([
        (f"row_sums({spec}) == 1", "softmax sums to 1"),
        (f"row_sums({plus(spec, 'softmax1')}) < 1", "softmax1 leaves something"),
        (f"row_sums({plus(spec, 'learned_sink')}) < 1", "a sink takes something"),
        (f"weight({spec}, i, j) >= 0", "no negative weight"),
        (f"weight({spec}, i, j) <= 1", "no weight over 1"),
        (f"weight({plus(mask, bias, 'sigmoid(b0)')}, i, j) < 1", "sigmoid stays below 1"),
        (f"weight({plus('causal', bias)}, i, j) == 0 where j > i", "nothing of the future"),
        (f"weight({plus('causal', bias)}, i, i) > 0", "a seen key has weight"),
        (f"weight({plus('causal', bias)}, i, j) > 0 where j <= i", "a seen key has weight"),
        (f"weight({plus('causal', bias)}, 0, 0) == 1", "the first query"),
        (f"sum(l, l <= i, weight({plus('causal', bias)}, i, l)) == 1", "sums to 1"),
        (f"row_sums({plus(mask, 'differential')}) == 1 - lam", "difference of two"),
        (f"row_sums({plus('causal', 'linear')}) == 1", "linear sums to 1"),
        (f"row_sums({plus(mask, 'differential(lam=0)')}) == 1", "no second row"),
    ])  # fmt: skip


@family("normalisers")
def _weight_formula(rng: Random) -> tuple[str, str]:
    """A weight written out."""
    s = "dot(q[i], k[j]) / sqrt(d)"
    t = s.replace("j", "l")
    return rng.choice([
        (f"weight(causal, i, j) == exp({s}) / sum(l, l <= i, exp({t})) where j <= i", "softmax"),
        (f"weight(causal, i, j) == where(j <= i, exp({s}), 0) / sum(l, l <= i, exp({t}))", "softmax"),
        (f"weight(full + softmax1, i, j) == exp({s}) / (1 + sum(l, true, exp({t})))", "softmax1"),
        (f"weight(full, i, j) == softmax(j, {s})", "softmax"),
        (f"weight(full + softmax1, i, j) == softmax(j, {s}) * (1 - 1 / (1 + sum(l, true, exp({t}))))", "softmax1"),
        (f"weight(causal + sigmoid(b), i, j) == where(j <= i, sigmoid({s} + b), 0)", "sigmoid"),
        (f"weight(window(visible=3), i, j) == exp({s}) / sum(l, l <= i and l > i - 3, exp({t})) where j <= i and i - j < 3", "softmax"),
        (f"weight(causal, i, j) / weight(causal, i, i) == exp({s} - dot(q[i], k[i]) / sqrt(d)) where j <= i", "ratio"),
        ("weight(causal, i, j) == weight(full, i, j) / sum(l, l <= i, weight(full, i, l)) where j <= i", "renormalised"),
        (f"log(weight(full, i, j)) == {s} - log(sum(l, true, exp({t})))", "logarithm"),
        ("weight(linear, i, j) == dot(phi(q[i]), phi(k[j])) / sum(l, true, dot(phi(q[i]), phi(k[l])))", "linear"),
        ("weight(retention(g=1/2), i, j) == where(j <= i, dot(q[i], k[j]) / 2 ** (i - j), 0)", "retention"),
        ("weight(window(visible=1), i, j) == where(i == j, 1, 0)", "one key"),
        ("weight(chunked(1), i, j) == where(i == j, 1, 0)", "one key"),
        ("row(output(window(visible=1)), i) == v[i]", "one key"),
    ])  # fmt: skip
