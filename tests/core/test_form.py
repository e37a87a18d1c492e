"""Forms: text and record are inverse, declarations are found, composition means what it says."""

import pytest

from symattn.core.errors import Unreadable, Usage
from symattn.core.form_text import form, read_form, show_form
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
