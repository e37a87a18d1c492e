"""Random files and answers: nothing but a verdict or a complaint with a line ever comes back."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from symattn.claims.judging import judge
from symattn.claims.task import Task
from symattn.core.errors import Unreadable
from symattn.core.report import VERDICTS, Place
from symattn.reading.answers import Positions, read_keys, read_pairs, shortened
from symattn.reading.claim_file import Entry, entries
from symattn.reading.json_nodes import json_parts
from symattn.reading.nodes import BadFile, plain
from symattn.reading.shape_text import DoesNotFit, shape_of
from symattn.reading.yaml_nodes import yaml_node, yaml_parts

words = st.text(alphabet="symattn:1claidkeq-[]{},&*!|>'\"#?% \n\t\\0.", max_size=120)
plain_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
values = st.recursive(
    st.one_of(plain_text, st.integers(-(10**9), 10**9), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(plain_text, inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["", "symattn: 1\nclaims:\n- "]), words)
def test_any_text_is_read_or_refused(head, text):
    for parts in (yaml_parts(head + text), json_parts(head + text)):
        try:
            found = list(entries(parts, "x"))
        except BadFile as error:
            found = [error]
        for one in found:
            assert (one.place.line if isinstance(one, Entry) else one.line) >= 1


@settings(max_examples=200, deadline=None)
@given(values)
def test_json_is_read_as_python_reads_it(value):
    text = json.dumps({"symattn": value})
    (((key, node),)) = list(json_parts(text))
    assert (key, plain(node)) == ("symattn", json.loads(text)["symattn"])


@settings(max_examples=200, deadline=None)
@given(values)
def test_yaml_reads_json(value):
    text = json.dumps(value, ensure_ascii=False)
    assert plain(yaml_node(text)) == json.loads(text)


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 40), max_size=12), st.sampled_from([0, 1]))
def test_shortened_keys_are_read_back(keys, base):
    how = Positions(base)
    assert read_keys(shortened(sorted(keys), how), how) == sorted(keys)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8),
       st.sampled_from([0, 1]))  # fmt: skip
def test_products_are_read_back_in_every_writing(pairs, base):
    how = Positions(base)
    for form in ("q{}k{}", "q_{}k_{}^T", "q{} k{}", "q{}·k{}", "({}, {})", "$q_{{{}}}k_{{{}}}^T$",
                 "q_{{{}}} k_{{{}}}^\\top", "({},{})"):  # fmt: skip
        text = "; ".join(form.format(i + base, j + base) for i, j in pairs)
        assert read_pairs(text, how) == pairs, form


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="qkv_{}^T·(),.0123456789- xThe$", max_size=30))
def test_any_answer_is_read_or_refused(text):
    for read in (read_keys, read_pairs):
        try:
            read(text, Positions(0, ("The", "x")))
        except Unreadable:
            continue


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="QKVnd@.T()+-*/ softmax1", max_size=30))
def test_any_shape_is_read_or_refused(text):
    try:
        assert len(shape_of(text)) == 2
    except (Unreadable, DoesNotFit):
        return


FIELDS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["count", "set", "enumeration", "matrix", "value", "order", "shape",
                                 "steps"]),
        "claim": st.sampled_from(["", "1 + 1", "Q @ K.T", "exp(n)", "dot(q, k)", "a/0", "1/0"]),
        "reference": st.sampled_from(["", "causal", "full", "window(visible=w)", "nothing", "a < b",
                                      "j <= i + 1", "causal+alibi(1)"]),
        "output": st.sampled_from(["", "weight", "score", "output", "mask", "masked"]),
        "given": st.dictionaries(
            st.sampled_from(["n", "i", "j", "w", "Q", "K", "V", "q", "k", "S", "labels", "d"]),
            st.one_of(st.integers(-1, 4), st.just([[1, 2], [3, 4]]), st.just([1, 2]),
                      st.just("1/2"), st.just("x"), st.booleans()), max_size=5),
        "answer": st.one_of(st.none(), st.integers(-1, 9), st.just("0..2"), st.just([1, 2]),
                            st.just([["0", "-oo"], ["0", "0"]]), st.just("q0 k0"), st.just("-oo"),
                            st.just("(n, n)"), st.just("exp(1)"), st.booleans()),
        "tolerance": st.sampled_from(["", "0.1", "0", "x"]),
        "base": st.sampled_from([0, 1]),
    }
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(FIELDS)
def test_any_question_has_a_verdict_and_no_internal_error(fields):
    if fields["kind"] == "steps":
        fields = {**fields, "claim": (fields["claim"], "2")}
    record = judge(Task("a", expect="proved", place=Place("x", 1), **fields))
    assert record["verdict"] in VERDICTS
    assert "internal error" not in record.get("reason", ""), (fields, record["reason"])
    json.dumps(record)
