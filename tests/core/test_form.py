"""Forms: text and record are inverse, declarations are found, composition means what it says."""

import re

import pytest

from symattn.core.errors import Unreadable, Usage
from symattn.core.expression import lift, walk
from symattn.core.form_text import form, read_form, show_form
from symattn.core.instance import instance
from symattn.core.text import show
from symattn.derivation.crosscheck import cross_check
from symattn.mechanisms.registry import named, names
from symattn.mechanisms.spec import mechanism

EXAMPLES = [(name, dict(example)) for name in names() for example in named(name).examples]
COMPOSITIONS = [
    "causal+alibi", "causal+alibi+softcap(30)", "qk_norm+rope", "rope+qk_norm",
    "(window(visible=w)|sink_tokens(s))+causal", "projected+multihead", "gqa(groups=2)+causal+rope",
    "differential+rope+causal", "shaw(clip=2)+causal", "causal+bias(m*j)", "linear+causal",
    "packed+causal+window(visible=w+1)", "t5+causal+learned_sink", "causal+alibi(1/2)",
]  # fmt: skip


def call(name, example):
    inside = ", ".join(f"{a}={t}" for a, t in example.items())
    return f"{name}({inside})" if inside else name


@pytest.mark.parametrize("spec", [call(*e) for e in EXAMPLES] + COMPOSITIONS)
def test_text_and_form_are_inverse(spec):
    found = mechanism(spec)
    text = show_form(found)
    assert read_form(text) == found
    assert show_form(read_form(text)) == text


def test_the_design_page_example_is_read():
    found = read_form(
        "support: j <= i and i - j < visible\n"
        "score:   dot(q[i], k[j]) / sqrt(d) - m[h] * (i - j)\n"
        "value:   v[j]\n"
        "where:   visible >= 1\n"
    )
    assert found == mechanism("window(visible=visible)+alibi")
    assert {p.name: p.kind for p in found.parameters} == {"m": "real", "visible": "integer"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "expected a line"),
        ("suport: j <= i", 1, "did you mean 'support'"),
        ("support: j <= i\nscore: dot(q[i]", 2, "expected ')'"),
        ("support: j <= i\nsupport: true", 2, "given twice"),
        ("support:", 1, "expected an expression"),
        ("support: j + i", 1, "a condition"),
        ("weights: sofmax", 1, "did you mean 'softmax'"),
        ("where: m[_]: reel", 1, "did you mean 'real'"),
        ("where: w >= 1, w >= 2", 1, "declared twice"),
        ("j <= i", 1, "key: expression"),
    ],
)
def test_bad_forms_are_refused_at_their_line(text, line, words):
    with pytest.raises(Unreadable) as error:
        read_form(text)
    assert error.value.place()[0] == line
    assert words in str(error.value)


def test_a_misspelt_name_is_not_a_new_parameter():
    with pytest.raises(Usage, match="did you mean 'visible'"):
        form(support="i - j < visble", where="visible >= 1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ({"where": "d: real"}, "fixed meaning"),
        ({"where": "w >= 1"}, "never used"),
        ({"score": "dot(u, w)"}, "size of the vector"),
        ({"score": "m[h] + m[h, i]"}, "indices"),
        ({"score": "dot(b[i], k[j]) + b[i]"}, "used as"),
        ({"empty": "none"}, "one of zero, nan, uniform"),
    ],
)
def test_forms_that_make_no_sense_are_refused(text, words):
    with pytest.raises(Usage, match=words):
        form(**text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("weights: softmax(sink=b[j])", "a sink cannot depend on j, got b\\[j\\]"),
        ("weights: softmax[1] - b[j] * softmax[2]\nscore 1: 0\nscore 2: c[i, j]", "a coefficient"),
        ("output: c[j] * o[i]", "the output cannot depend on j"),
        ("offset: i", "the offset cannot depend on i"),
        ("heads: h // (i + 1)", "the head map cannot depend on i"),
        (
            "heads: h // 2\nscore: b[h, i, j]\nvalue: x[j]\nwhere: x[_]: vector d",
            "nothing that reads",
        ),
        ("score: dot(x[i], k[j])\nwhere: x[_]: vector d_x", "d_x entries and k\\[j\\] has d:"),
        ("value: v[j] + x[j]\nwhere: x[_]: vector d", "has d_v entries and x\\[j\\] has d:"),
        ("value: v[j] @ W\nwhere: W: matrix d_x d_v", "has d_v entries and W has d_x rows"),
        ("output: o[i] @ W\nwhere: W: matrix d_x d", "has d_v entries and W has d_x rows"),
    ],
)
def test_a_form_that_has_no_meaning_is_refused_when_it_is_read(text, words):
    with pytest.raises(Usage, match=words):
        mechanism(text)


def test_a_sink_and_a_coefficient_may_depend_on_the_query():
    assert mechanism("weights: softmax(sink=b[i, h])").rows[0].normaliser.extra == lift("b[i, h]")
    text = "weights: softmax[1] - b[i] * softmax[2]\nscore 1: 0\nscore 2: c[i, j]"
    assert mechanism(text).rows[1].coefficient == lift("-b[i]")


@pytest.mark.parametrize(
    ("spec", "key", "value"),
    [
        ("shaw", "d", "d_v"),
        ("simple+shaw", "d", "d"),
        ("projected+shaw", "d", "d_v"),
        ("shaw+projected", "d_x", "d_x"),
    ],
)
def test_relative_tables_are_as_wide_as_what_they_are_added_to(spec, key, value):
    composed = mechanism(spec)
    assert composed.parameter("a_k").shape == (lift(key),)
    assert composed.parameter("a_v").shape == (lift(value),)
    assert cross_check(composed, 2).agrees


@pytest.mark.parametrize(
    ("spec", "width"),
    [("rope", "d"), ("rope+projected", "d_x"), ("projected+rope", "d"), ("simple+rope", "d"),
     ("qk_norm+rope+projected", "d_x"), ("rope(width=2)+projected", "2"), ("shaw+rope", "d"),
     ("rope+rope+projected", "d_x"), ("differential+rope", "d")],
)  # fmt: skip
def test_a_rotation_turns_the_whole_vector(spec, width):
    composed = mechanism(spec)
    nodes = [node for row in composed.rows for node in walk(row.score)]
    turned = [node.parts[4] for node in nodes if node.op == "rope"]
    assert len(turned) >= 2
    assert set(turned) == {lift(width)}
    assert read_form(show_form(composed)) == composed


@pytest.mark.parametrize("spec", ["mla+gqa", "mla_absorbed+mqa", "simple+gqa(groups=2)"])
def test_a_head_map_that_nothing_reads_is_refused(spec):
    with pytest.raises(Usage, match=r"a head map, .* nothing that reads it"):
        mechanism(spec)


def test_each_head_with_a_key_head_of_its_own_is_no_demand():
    assert mechanism("mla+multihead").heads == lift("h")


def test_a_sandwich_has_an_even_width():
    with pytest.raises(Usage, match="sandwich needs width % 2 == 0"):
        mechanism("sandwich(width=3)")
    with pytest.raises(Usage, match="width % 2 == 0"):
        instance(mechanism("sandwich"), 2, sizes={"width": 5})


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("alibi+alibi", r"both leave 'm' open; .*, like alibi\(m=m2\[h\]\)$"),
        ("bias+bias", r"both leave 'PE' open; .*, like bias\(b=PE2\[i, j\]\)$"),
        ("t5+t5", "both leave 'b' open; state one of them as a text"),
        ("shaw+shaw", "both leave 'a_k' open"),
        ("sigmoid+t5", r"sigmoid and t5 both leave 'b' open; .*, like sigmoid\(b=b2\)$"),
        ("temperature(T=c)+softcap", r"softcap leaves 'c' open, .*, like softcap\(c=c2\)$"),
        ("softcap+temperature(T=c)", r"softcap leaves 'c' open, .*, like softcap\(c=c2\)$"),
        ("alibi+bias(m[h] * i)", r"alibi leaves 'm' open, and bias was given that name"),
        ("transformer_xl+window(visible=w)", "transformer_xl leaves 'w' open, and window was"),
        ("learned_sink+bias(sink[h])", "learned_sink leaves 'sink' open"),
        ("simple+projected", "simple and projected both say what q is made from"),
    ],
)
def test_no_name_is_shared_that_nobody_shared(spec, words):
    with pytest.raises(Usage, match=words):
        mechanism(spec)
    if ", like " in words:  # the advice is a call that composes
        advice = re.search(r"like (.*)$", str(refusal(spec)))[1]
        left, right = spec.split("+")
        pairs = (f"{left}+{advice}", f"{advice}+{right}")
        assert any(composes(pair) for pair in pairs)


def refusal(spec):
    with pytest.raises(Usage) as caught:
        mechanism(spec)
    return caught.value


def composes(spec):
    try:
        mechanism(spec)
    except Usage:
        return False
    return True


def test_an_object_added_to_itself_shares_no_table():
    one = mechanism("alibi")
    with pytest.raises(Usage, match="both leave 'm' open"):
        one + one
    own = form(score="dot(q[i], k[j]) + m[i, j]", name="own")
    with pytest.raises(Usage, match="alibi leaves 'm' open, and own was given that name"):
        own + one


def test_a_name_that_is_given_twice_is_shared():
    shared = mechanism("temperature(T=c)+softcap(c=c)")
    assert [p.name for p in shared.parameters] == ["c"]
    assert len(mechanism("alibi+alibi(m=m2[h])").parameters) == 2


@pytest.mark.parametrize("spec", ["window", "packed", "padding", "prefix", "simple", "causal"])
def test_a_support_that_stands_twice_is_said_once(spec):
    assert mechanism(f"{spec}+{spec}") == mechanism(spec)


def test_two_minus_signs_are_a_plus():
    score = "dot(q[i], k[j]) / sqrt(d) + m[h] * (i - j)"
    assert show(mechanism("alibi(m=-m[h])").score) == score


def test_a_size_may_differ_from_head_to_head_within_its_domain():
    instance(mechanism("window(visible=h + 1)"), 3, heads=3)
    for spec in ("window(visible=h)", "window(visible=2 - h)"):
        with pytest.raises(Usage, match=r">= 1 does not hold"):
            instance(mechanism(spec), 3, heads=3)


def test_score_operators_act_on_what_stands_left_of_them():
    assert str(mechanism("softcap(3)+alibi(m)").score).count("tanh") == 1
    left = mechanism("alibi(m)+softcap(3)").score
    right = mechanism("softcap(3)+alibi(m)").score
    assert left.op == "*"
    assert right.op == "-"
    assert left != right


def test_vector_operators_apply_in_the_order_written():
    norm_first = mechanism("qk_norm+rope").score
    rope_first = mechanism("rope+qk_norm").score
    assert "rope(norm(q[i]), i)" in repr(norm_first)
    assert "norm(rope(q[i], i))" in repr(rope_first)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("gqa+mqa", "gqa and mqa"),
        ("softmax1+sigmoid", "softmax1 and sigmoid"),
        ("simple+mla", "simple and mla_expanded"),
        ("mla+rope", "rope acts on k"),
        ("fire+softcap", "both leave 'c' open"),
        ("alibi|causal", "changes more than the support"),
        ("window(visble=2)", "did you mean 'visible'"),
        ("window(visible=0)", "must be >= 1"),
        ("window(visible=1.5)", "whole number"),
        ("window(visible=i)", "is one size for all positions, got i"),
        ("chunked(chunk=j + 1)", "is one size for all positions, got j"),
        ("window(visible=1, right=2)", "fits none"),
        ("causal(3)", "takes 0 arguments"),
        ("causl", "did you mean 'causal'"),
        ("rope(pairing=third)", "half or interleaved"),
    ],
)
def test_conflicts_name_both_sides(spec, words):
    with pytest.raises(Usage, match=words.replace("(", r"\(")):
        mechanism(spec)


@pytest.mark.parametrize(
    "spec", ["causal+", "(causal", "+causal", "causal)", "window(", "a b", "3"]
)
def test_malformed_compositions_are_unreadable(spec):
    with pytest.raises((Unreadable, Usage)):
        mechanism(spec)


def test_union_unites_supports_only():
    united = mechanism("(window(visible=2) | sink_tokens(1)) + causal + alibi(m)")
    assert repr(united.support) == "Expr('(j <= i and i - j < 2 or j < 1) and j <= i')"
    assert united.score == mechanism("alibi(m)").score


def test_forms_compose_like_mechanisms():
    own = form(support="j <= i", score="dot(q[i], k[j])", name="own")
    both = own + mechanism("window(visible=3)")
    assert both.score == own.score
    assert repr(both.support) == "Expr('j <= i and (j <= i and i - j < 3)')"
