"""The LaTeX that we emit is read back: weights of every mechanism, in every notation."""

from functools import cache

import pytest

import symattn
from symattn.core.declare import RESERVED
from symattn.core.expression import I, J, rebuild, symbol
from symattn.core.term_claim import TermClaim, quantity
from symattn.deciding.decide import decide
from symattn.mechanisms.registry import names
from symattn.reading.formula import read_formula_claim
from symattn.reading.term_names import declared_names
from symattn.rendering.notation import PRESETS

UNREAD = {"mla_absorbed", "mla_expanded"}  # rotations with a width in their index
UNPROVED = {  # read, but named or stated in another way than the mechanism: not compared yet
    "differential", "kerple", "linear", "rope", "shaw", "projected", "transformer_xl", "t5",
    "gqa", "mqa", "padding", "sink_tokens", "qk_norm",
}  # fmt: skip


@cache
def emitted(name, preset):
    lines = symattn.derive(name, check="none", notation=preset).to("latex").splitlines()
    return "\n".join(line for line in lines if not line.startswith("%"))


@pytest.mark.parametrize("preset", PRESETS)
def test_everything_is_read(preset):
    read = set()
    for name in names():
        if name not in UNREAD:
            text = emitted(name, preset)
            reading = read_formula_claim(text, reference=text, base=0)
            assert any(meaning.claims for meaning in reading.meanings), name
            read.add(name)
    assert len(read) >= 35


def same_names(expr):
    """The head is h in our language; q, k and v are vectors there."""
    return rebuild(expr, lambda e: symbol("h") if e == symbol("h_") else None)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_read_is_the_mechanism(preset):
    proved = 0
    for name in names():
        if name in UNREAD | UNPROVED:
            continue
        text, form = emitted(name, preset), symattn.mechanism(name).form
        reading = read_formula_claim(text, reference=text, base=0)
        verdicts = []
        for meaning in reading.meanings:
            read = same_names(meaning.claims[0].left)
            weight = quantity("weight", 0, I, J)
            parameters = declared_names([weight, read], (form,), {"i", "j"} | RESERVED)
            claim = TermClaim(weight, "==", read, (form,), (), (),
                              (("i", "query"), ("j", "key")), parameters, name)  # fmt: skip
            verdicts.append(type(decide(claim).verdict).__name__)
        assert "Proved" in verdicts, (name, verdicts)
        proved += 1
    assert proved >= 20
