"""The table of claims about terms: each has one verdict, and a refutation its smallest n."""

from __future__ import annotations

import pytest

from symattn.core.verdict import Decision, Proved, Refuted, Relabelled
from symattn.deciding.decide import decide
from symattn.deciding.recheck import recheck
from symattn.reading.claim_text import read_claim

KEPT = "where 0 <= a and a < i and 0 <= b and b < i"
MASKED = "softmax(j, where(j <= i, s[i,j], -oo))"
RENORMALISED = "sum(l, l <= i, exp(s[i,l]) / sum(t, true, exp(s[i,t])))"
SAME_SCORES = "dot(q[i],k[j]) == dot(q[i],k[l])"
SEEN = "where j <= i and l <= i"
BIASED = "causal+bias(m[i,j])"

PROVED = (
    "row_sums(causal) == 1",
    "weight(causal,i,j) > 0 where j <= i",
    "weight(causal,i,j) == 0 where j > i",
    f"score(causal,i,j) > score(causal,i,l) implies weight(causal,i,j) > weight(causal,i,l) {SEEN}",
    "weights(causal+alibi(m)) == weights(causal+bias(m*j))",
    "output(gqa(groups=H)) == output(multihead)",
    "output(gqa(groups=1)) == output(mqa)",
    "output(mla_absorbed) == output(mla_expanded)",
    "dot(rope(q,i),rope(k,j)) == dot(rope(q,i+t),rope(k,j+t))",
    "output(causal) == online(causal, tile=b)",
    "output(window(visible=w)) == online(window(visible=w), tile=64)",
    "decode(causal, step=t) == row(output(causal), t)",
    "decode(window(visible=w), step=t) == row(output(window(visible=w)), t)",
    "output(linear+causal) == recurrent(linear)",
    "output(retention(g)) == recurrent(retention(g))",
    "weights(causal+softcap(c)) == weights(softcap(c)+causal)",
    "independent(output(causal), i, x[j]) where j > i",
    "independent(output(full), i, q[j]) where j > i",
    f"{SAME_SCORES} implies weight(causal,i,j) == weight(causal,i,l) {SEEN}",
    f"{SAME_SCORES} and m[i,j] == m[i,l] implies weight({BIASED},i,j) == weight({BIASED},i,l) "
    f"{SEEN}",
    f"output(swap(causal,a,b)) == output(causal) {KEPT}",
    f"where(j <= i, softmax(j, s[i,j]), 0) / {RENORMALISED} == {MASKED}",
    "exp(a + b) == exp(a) * exp(b)",
    "softmax(j, s[i,j] + c[i]) == softmax(j, s[i,j])",
    "tril(s[i,j]) + triu(s[i,j], 1) == s[i,j]",
    "exp(s[j]) / (exp(a) + sum(l, true, exp(s[l])))"
    " == exp(where(j == n, a, s[j])) / sum(l, 0, n, exp(where(l == n, a, s[l])))",
    "dot(q[i]*d**(-1/4), k[j]*d**(-1/4)) == dot(q[i],k[j])/sqrt(d)",
    "norm(rope(q[i],i)) == rope(norm(q[i]),i)",
    "weights(qk_norm+rope) == weights(rope+qk_norm)",
    "logaddexp(log(sum(l, l < c, exp(s[l]))), log(sum(l, c <= l, exp(s[l])))) == lse(l, s[l])"
    " where 0 < c and c < n",
)

REFUTED: dict[str, int | None] = {  # with the smallest n, where there is one
    "score(causal,i,j) > score(causal,l,j) implies weight(causal,i,j) > weight(causal,l,j)"
    " where j <= i and j <= l": 2,
    "weights(full+bias(b[j])) == weights(full)": 2,
    "exp(c*tanh(s[j]/c) + where(j <= i, 0, -oo)) == exp(c*tanh((s[j] + where(j <= i, 0, -oo))/c))"
    " where c > 0": 2,
    "independent(output(full), i, x[j]) where j > i": 2,
    "dot(x[i],x[j]) == 0 implies weight(simple,i,j) == 0 where j <= i": 1,
    f"softmax(j, where(j <= i, s[i,j], -10**9)) == {MASKED}": 2,
    "weights(full+bias(where(j <= i, 0, -10**9))) == weights(causal)": 2,
    f"where(j <= i, softmax(j, s[i,j]), 0) == {MASKED}": 2,
    "exp(a + b) == exp(a) + exp(b)": None,
    "softmax(j, s[i,j] + c[j]) == softmax(j, s[i,j])": 2,
    "tril(s[i,j]) + triu(s[i,j]) == s[i,j]": 1,
    "softmax(j, softmax(j, s[i,j])) == softmax(j, s[i,j])": 2,
    "output(learned_sink+full) == output(full)": 1,
    "output(gqa(groups=2)) == output(multihead)": 1,
    f"output(swap(causal+alibi(m),a,b)) == output(causal+alibi(m)) {KEPT}": 3,
    "i / i == 1": 1,
    "sum(l, l < i, exp(s[l])) / sum(l, l < i, exp(s[l])) == 1": 1,
}

SEARCHED = {  # false at long rows only: the trials may not get there
    f"{SAME_SCORES} implies weight(causal+t5,i,j) == weight(causal+t5,i,l) {SEEN}",
}


def decided(text: str) -> Decision:
    return decide(read_claim(text))


@pytest.mark.parametrize("text", PROVED)
def test_it_is_proved_and_its_certificate_rechecks(text: str) -> None:
    found = decided(text)
    shown = found.verdict
    assert isinstance(shown, Proved), (shown, found.engines)
    assert shown.certificate is not None
    recheck(found.claim, shown.certificate, shown.scope, shown.assumptions)


@pytest.mark.parametrize("text", REFUTED)
def test_it_is_refuted_at_the_smallest_n(text: str) -> None:
    found = decided(text)
    shown = found.verdict
    assert isinstance(shown, Refuted), (shown, found.engines)
    assert dict(shown.counterexample.values).get("n") == REFUTED[text]


@pytest.mark.parametrize("text", sorted(SEARCHED))
def test_it_is_false_and_never_proved(text: str) -> None:
    assert not isinstance(decided(text).verdict, Proved)


@pytest.mark.parametrize("quantity", ["score", "weights", "output"])
def test_ropes_of_other_pairings_are_relabelled(quantity: str) -> None:
    text = f"{quantity}(rope(pairing=half)) == {quantity}(rope(pairing=interleaved))"
    shown = decided(text).verdict
    assert isinstance(shown, Relabelled)
    assert "2*t" in shown.permutation


def test_heads_in_another_order_are_relabelled_with_their_sinks() -> None:
    plain = decided("output(bias(a[h]*j)) == output(bias(a[H-1-h]*j))").verdict
    assert plain == Relabelled("heads: h to H - 1 - h")
    text = "output(bias(a[h]*j)+learned_sink) == output(bias(a[H-1-h]*j)+learned_sink)"
    assert isinstance(decided(text).verdict, Refuted)
