"""The map of mechanisms: every edge is a claim, and small squares know the answer."""

from __future__ import annotations

import json
from itertools import product

import pytest

from symattn.core import region
from symattn.core.errors import Usage
from symattn.core.instance import instance, whole_parameters
from symattn.core.meaning import environment
from symattn.core.numbers import numbers
from symattn.core.relations import Edge, RelationMap
from symattn.core.verdict import Proved, Refuted, Relabelled
from symattn.deciding.decide import decide
from symattn.mechanisms.registry import names
from symattn.mechanisms.spec import mechanism
from symattn.reading.claim_text import read_claim
from symattn.relating.nodes import stations
from symattn.relating.relate import related
from symattn.rendering.atlas_text import json_text, text

PATTERNS = (
    "full", "causal", "window", "prefix", "dilated", "strided", "chunked", "block_local",
    "global_window", "sink_tokens", "padding", "packed",
)  # fmt: skip


@pytest.fixture(scope="module")
def supports() -> RelationMap:
    return related(PATTERNS, ("subset",))


@pytest.fixture(scope="module")
def outputs() -> RelationMap:
    only = (
        "full",
        "causal",
        "window",
        "prefix",
        "gqa",
        "mqa",
        "multihead",
        "bias",
        "alibi",
        "rope",
    )
    return related(only, ("special case", "equal", "relabelled"))


def test_every_statement_of_every_mechanism_is_a_node():
    calls = [station.call for station in stations()]
    assert {call.split("(")[0] for call in calls} == set(names())
    assert len(calls) == len(set(calls)) > len(names())
    assert {"window(visible)", "window(lookback=lookback)", "t5(direction=both)"} <= set(calls)
    assert "rope(pairing=interleaved)" in calls
    for station in stations():
        assert mechanism(station.call) == station.form


def test_a_station_is_called_with_some_arguments_set():
    window = next(s for s in stations() if "left" in s.call)
    assert window.called({}) == window.call
    assert window.called({"right": "0"}) == "window(left=left, right=0)"
    power = next(s for s in stations() if "power" in s.call)
    assert power.called({"r2": "1"}) == "kerple(variant=power, r1=r1, r2=1)"


def seen(call: str, n: int, env: dict[str, int]) -> set[tuple[int, int]]:
    """The pairs of a support at numbers, by the evaluator that knows no claim."""
    form = mechanism(call)
    tables = {"keep": [1, 0, 1, 1, 0], "doc": [0, 0, 1, 1, 1]}
    known = {p.name for p in form.parameters}
    given = numbers({name: list(map(str, t[:n])) for name, t in tables.items() if name in known})
    sizes = {p.name: env[p.name] for p in whole_parameters(form) if p.name in env}
    base = instance(form, n, sizes=sizes, numbers=given)
    rows = region.rows(form, n, n, environment(base, {}))
    return {(i, j) for i, keys in rows for stretch in keys for j in stretch}


def parameters(text: str) -> list[str]:
    claim = read_claim(text)
    found = {p.name: p for form in claim.forms for p in form.parameters if not p.indices}
    return sorted(found)


def sides(edge: Edge) -> tuple[str, str]:
    left, right = (part.strip() for part in edge.decision.claim.text.split("=="if "==" in
                    edge.decision.claim.text else "<="))  # fmt: skip
    return left.removeprefix("support(")[:-1], right.removeprefix("support(")[:-1]


def test_every_edge_between_supports_holds_in_small_squares(supports):
    tried = 0
    for edge in (*supports.held("subset"), *supports.held("same support")):
        left, right = sides(edge)
        letters = parameters(edge.decision.claim.text)
        for n, values in product((1, 3, 5), product((1, 2, 3), repeat=len(letters))):
            env = dict(zip(letters, values, strict=True))
            one, other = seen(left, n, env), seen(right, n, env)
            assert one <= other, (edge.decision.claim.text, n, env)
            assert edge.relation == "subset" or one == other
            tried += 1
    assert tried > 200


def test_every_refutation_between_supports_is_a_case(supports):
    refuted = [e for e in supports.open("subset") if isinstance(e.decision.verdict, Refuted)]
    assert len(refuted) > 100
    for edge in refuted[::5]:
        assert {edge.decision.verdict.counterexample.left,
                edge.decision.verdict.counterexample.right} == {"True", "False"}  # fmt: skip


def test_the_order_of_the_textbook_patterns(supports):
    said = {(e.left, e.right): e for e in supports.held("subset")}
    assert not said["causal", "prefix(p)"].implied
    assert said["causal", "full"].implied  # it follows through prefix(p)
    assert ("window(visible)", "causal") in said
    assert "block=chunk" in said["chunked(chunk)", "block_local(block)"].decision.claim.text
    assert ("prefix(p)", "causal") not in said
    assert ("window(visible)", "window(lookback=lookback)") in [
        group[:2] for group in supports.groups("same support")
    ]


def test_what_is_implied_follows_from_edges_that_are_not(supports):
    held = list(supports.held("subset"))
    kept = {(e.left, e.right) for e in held if not e.implied}
    for edge in held:
        reached, waiting = set(), [edge.left]
        while waiting:
            at = waiting.pop()
            waiting += [r for l, r in kept if l == at and r not in reached]
            reached |= {r for l, r in kept if l == at}
        assert edge.right in reached


def test_pairs_are_asked_about_once_and_in_both_directions(supports):
    leaders = [group[0] for group in supports.groups("same support")]
    asked = [(e.left, e.right) for e in supports.edges if e.relation == "subset"]
    assert len(asked) == len(set(asked)) == len(leaders) * (len(leaders) - 1)


SPECIAL = {
    ("causal", "window(visible)"): "visible >= n",
    ("causal", "prefix(p)"): "p <= 1",
    ("full", "prefix(p)"): "p >= n",
    ("full", "gqa(groups)"): "groups=H",
    ("mqa", "gqa(groups)"): "groups=1",
    ("full", "alibi"): "m=0",
    ("full", "bias"): "b=0",
    ("alibi", "bias"): "m[h] * (i - j)",
    ("window(visible)", "window(left=left, right=right)"): "left=visible - 1, right=0",
}


def test_special_cases_that_everybody_knows(outputs):
    found = {(e.left, e.right): e.decision.claim.text for e in outputs.held("special case")}
    for pair, words in SPECIAL.items():
        assert words in found[pair]
    assert ("causal", "full") not in found


def test_outputs_that_are_equal_and_that_are_not(outputs):
    groups = {group[0]: group for group in outputs.groups("equal")}
    assert groups["full"] == ("full", "multihead")
    assert groups["window(visible)"] == ("window(visible)", "window(lookback=lookback)")
    (edge,) = outputs.held("relabelled")
    assert {edge.left, edge.right} == {"rope", "rope(pairing=interleaved)"}
    assert isinstance(edge.decision.verdict, Relabelled)
    apart = [e for e in outputs.open("equal") if isinstance(e.decision.verdict, Refuted)]
    assert {"causal", "full"} in [{e.left, e.right} for e in apart]


def test_every_edge_says_what_prove_says(outputs):
    for edge in [*outputs.held("special case")][::3]:
        again = decide(read_claim(edge.decision.claim.text)).verdict
        assert isinstance(again, Proved)
        assert again.scope == edge.decision.verdict.scope


def test_the_same_map_every_time():
    first, second = (related(("causal", "prefix", "full")) for _ in range(2))
    assert json_text(first) == json_text(second)


def test_compositions_are_nodes_and_names_are_checked():
    found = related(("causal+alibi", "alibi"), ("equal",))
    assert [node.call for node in found.nodes] == ["alibi", "causal+alibi"]
    with pytest.raises(Usage, match="did you mean 'causal'"):
        related(("causl",))
    with pytest.raises(Usage, match="did you mean 'subset'"):
        related(("causal",), ("subsets",))
    with pytest.raises(Usage, match=r"sigmoid\(b\) and .* cannot be compared: 'b' is used"):
        related(("sigmoid(b)", "t5"), ("equal",))
    apart = [*related(("sigmoid", "t5"), ("equal",)).open("equal")]
    assert any("sigmoid(b=b2)" in e.decision.claim.text for e in apart)


def test_a_support_that_cannot_be_sketched_is_asked_about():
    found = related(("mqa", "gqa(groups=3)"), ("subset",))
    (edge,) = found.held("same support")
    assert {edge.left, edge.right} == {"mqa", "gqa(groups=3)"}


def test_the_text_tells_everything_when_asked(supports):
    short, long = text(supports), text(supports, everything=True)
    refuted = sum(isinstance(e.decision.verdict, Refuted) for e in supports.edges)
    assert f"{refuted} refuted (--all shows each)" in short
    assert long.count("REFUTED") == refuted
    assert short.count("PROVED") == sum(e.holds and not e.implied for e in supports.edges)


def test_the_record_has_every_edge(supports):
    record = json.loads(json_text(supports))
    assert len(record["edges"]) == len(supports.edges)
    for edge in record["edges"]:
        assert edge["verdict"].upper() == edge["says"].split()[0]
        assert edge["holds"] == (edge["verdict"] in ("proved", "relabelled"))
        assert ("counterexample" in edge) == (edge["verdict"] == "refuted")
