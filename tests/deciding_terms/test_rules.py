"""Engine A alone: every rule of the normal form has true instances, and near misses are refused."""

from __future__ import annotations

import pytest

from symattn.deciding.answer import Yes
from symattn.deciding.terms.proving import proof
from symattn.reading.claim_text import read_claim

SEEN = "where j <= i and l <= i"
INSIDE = "where 0 <= a and a < n and 0 <= b and b < n"

TRUE: dict[str, tuple[str, ...]] = {
    "ring": (
        "(a + b)*(a - b) == a**2 - b**2",
        "(a + b)**3 == a**3 + 3*a**2*b + 3*a*b**2 + b**3",
        "a/(b - c) == -a/(c - b)",
        "(a**2 - b**2)/(a - b) == a + b",
    ),
    "powers": (
        "sqrt(d)*sqrt(d) == d",
        "d**(-1/4)*d**(-1/4) == 1/sqrt(d)",
        "sqrt(8) == 2*sqrt(2)",
        "sqrt(dot(q[i],q[i])**2) == dot(q[i],q[i])",
        "g**i*g**j == g**(i + j) where g > 0",
        "((a - b)**2)**(1/2)*((a - b)**2)**(1/2) == (a - b)**2",
    ),
    "exponentials and logarithms": (
        "exp(a + b) == exp(a)*exp(b)",
        "exp(a)/exp(b) == exp(a - b)",
        "exp(3*log(g)) == g**3 where g > 0",
        "log(g*exp(a)) == log(g) + a where g > 0",
        "log(2*exp(a) + 2*exp(b)) == log(2) + log(exp(a) + exp(b))",
        "tanh(a) == 2*sigmoid(2*a) - 1",
        "silu(a) == a/(1 + exp(-a))",
    ),
    "infinity": (
        "exp(a - oo) == 0",
        "sigmoid(oo) == 1",
        "tanh(-oo) == -1",
        "exp(-oo*exp(a)) == 0",
    ),
    "sums": (
        "sum(l, true, a*s[l]) == a*sum(l, true, s[l])",
        "sum(l, true, s[l] + b[l]) == sum(l, true, s[l]) + sum(t, true, b[t])",
        "sum(l, l <= i, s[l]) == sum(l, l < i, s[l]) + s[i]",
        "sum(l, true, where(l == i, s[l], 0)) == s[i]",
        "sum(l, true, where(l <= i, s[l], b[l])) == sum(l, l <= i, s[l]) + sum(l, l > i, b[l])",
        "sum(l, l % 2 == 0, s[l]) + sum(l, l % 2 == 1, s[l]) == sum(l, true, s[l])",
        "sum(l, true, sum(t, t <= l, s[l,t])) == sum(a, true, sum(b, b <= a, s[a,b]))",
        "sum(l, true, sum(t, true, s[l]*b[t])) == sum(l, true, s[l])*sum(t, true, b[t])",
        "sum(l, 1 <= l, s[l - 1]) == sum(l, l < n - 1, s[l])",
        "sum(l, true, s[n - 1 - l]) == sum(l, true, s[l])",
        "sum(l, l <= i, s[i - l]) == sum(l, l <= i, s[l])",
        "sum(l, l*l == i*i, s[l]) == s[i]",
        "sum(l, l <= i, l) == i*(i + 1)/2",
        "sum(l, true, 1) == n",
        "dot(q[i], q[j]) == dot(q[j], q[i])",
    ),
    "maxima": (
        "max(a, b, a) == max(b, a)",
        "max(a, max(b, c)) == max(max(c, a), b)",
        "min(a, b) == -max(-a, -b)",
        "max(a, a + exp(c)) == a + exp(c)",
        "abs(a*c) == abs(a)*abs(c)",
        "max(dot(q[i],q[i]), 0) == dot(q[i],q[i])",
    ),
    "vectors": (
        "dot(q[i] @ W, k[j]) == dot(q[i], k[j] @ W.T)",
        "dot(rope(q,i), rope(k,j)) == dot(rope(q,i - j), k)",
        "rope(rope(q,i), j) == rope(q, i + j)",
        "rope(2*q[i] + k[j], t) == 2*rope(q[i], t) + rope(k[j], t)",
        "norm(2*x[i]) == norm(x[i])",
        "norm(rope(q[i],i)) == rope(norm(q[i]),i)",
    ),
    "facts": (
        "max(a, b) >= a",
        "a == 0 implies a*c == 0",
        "a*a >= 0",
        "i // 2 * 2 <= i",
        "where(s[i] > 0, s[i], 0) == max(s[i], 0)",
        "exp(a/T) == exp(a) where T == 1",
    ),
    "order": (
        "exp(a) > 0",
        "weights(causal) <= 1",
        "weights(softmax1) < 1",
        "sum(l, l <= i, exp(s[l])) > 0",
        "a > b implies exp(a) > exp(b)",
        "a*c > b*c implies exp(a) > exp(b) where c > 0",
        "row_sums(causal) <= 1",
        "weight(sigmoid,i,j) > 0",
    ),
    "premises": (
        "a == b implies exp(a) == exp(b)",
        f"dot(q[i],k[j]) == dot(q[i],k[l]) implies weight(causal,i,j) == weight(causal,i,l) {SEEN}",
    ),
    "equal indices": (
        "x[i] == x[j] where i == j",
        "s[i] == s[j] where i <= j and j <= i",
        "s[where(i < 0, j, i)] == s[i]",
    ),
    "empty rows": (
        "output(j < i) == output(j < i)",
        "weights(window(visible=w)) == weights(window(lookback=w - 1))",
        "1/sum(l, l < i, exp(s[l] + a)) == exp(-a)/sum(l, l < i, exp(s[l]))",
        "1/(i - j) == -1/(j - i)",
    ),
    "other tokens": (
        "independent(output(causal), i, k[j]) where j > i",
        "independent(row_sum(full), i, k[j])",
        f"output(swap(full,a,b)) == output(full) {INSIDE}",
    ),
}

FALSE: dict[str, tuple[str, ...]] = {
    "ring": ("(a + b)**2 == a**2 + b**2", "a/(b + c) == a/b + a/c", "a - b == b - a"),
    "powers": (
        "sqrt(a**2) == a",
        "(a**2)**(1/2) == a",
        "((a - b)**2)**(1/2) == a - b",
        "(a - b)**(2*i) == -(b - a)**(2*i)",
        "sqrt(-1)*sqrt(-1) == -1",
        "sqrt(dot(q[i],k[j])**2) == dot(q[i],k[j])",
        "sqrt(a + b) == sqrt(a) + sqrt(b)",
    ),
    "exponentials and logarithms": (
        "exp(a + b) == exp(a) + exp(b)",
        "exp(a*b) == exp(a)*exp(b)",
        "log(a + b) == log(a) + log(b)",
        "log(a**2) == 2*log(a)",
        "tanh(a) == sigmoid(a)",
    ),
    "infinity": (
        "-oo*(exp(a) - exp(b)) == 0",
        "exp(oo*(exp(a) - 2)) == 0",
        "exp(-oo*(a - b)) == 0",
        "tanh(oo*a) == 1",
        "oo - oo == 0",
        "0*oo == 0",
    ),
    "sums": (
        "sum(l, true, s[l]*b[l]) == sum(l, true, s[l])*sum(l, true, b[l])",
        "sum(l, l <= i, s[l]) == sum(l, l < i, s[l])",
        "sum(l, true, where(l == i + 1, s[l], 0)) == s[i + 1]",
        "sum(l, true, sum(t, t <= l, s[l,t])) == sum(t, true, sum(l, t <= l, s[t,l]))",
        "sum(l, l == i/2, 1) == 1",
        "sum(l, l == m, 1) + weight(alibi(m),i,j) == 1 + weight(alibi(m),i,j)"
        " where 0 <= m and m < n",
        "sum(l, true, where(i < 0, s[l + 1/2], 1)) == sum(l, l >= 1, 1)",
        "sum(l, 1 <= l, s[l - 1]) == sum(l, true, s[l])",
        "sum(l, j <= l and l <= i, 1) == i - j + 1",
        "sum(l, l <= i and i - l < w, 1) == w where w >= 1",
        "sum(l, true, l) == n*(n + 1)/2",
        "sum(l, true, s[i - l]) == sum(l, true, s[l])",
        "sum(l, true, s[2*l]) == sum(l, true, s[l])",
        "sum(l, true, s[n - 1 - l]*c[l]) == sum(l, true, s[l]*c[l])",
        "sum(l, true, sum(t, true, s[l - t])) == sum(l, true, sum(t, true, s[l + t]))",
        "sum(l, l >= i and l <= j, s[l]) == s[i]",
        "sum(l, true, m[l]*c[_1]) == sum(l, true, m[l]*c[l])",
        "sum(a, true, sum(b, true, _1[j])) == sum(a, true, sum(b, true, _2[j]))",
    ),
    "maxima": (
        "max(a, b) == a",
        "max(a, b) == min(a, b)",
        "max(a, b) == a + b",
        "abs(a) == a",
        "1/abs(i) == 1/i",
        "max(dot(q[i],k[j]), 0) == dot(q[i],k[j])",
    ),
    "vectors": (
        "dot(q[i], k[j]) == dot(q[j], k[i])",
        "dot(q[i] @ W, k[j]) == dot(q[i], k[j] @ W)",
        "dot(rope(q,i), rope(k,j)) == dot(rope(q,j - i), k)",
        "dot(rope(q,i,base=100), rope(k,j)) == dot(rope(q,i - j,base=100), k)",
        "dot(rope(q @ W,i), rope(k,j)) == dot(rope(q,i) @ W, rope(k,j))",
        "norm(-x[i]) == norm(x[i])",
        "phi(2*q[i]) == 2*phi(q[i])",
    ),
    "facts": (
        "max(a, c) > a",
        "a*a > 0",
        "abs(a) > 0",
        "i // 2 * 2 == i",
        "exp(a/T) == exp(a) where T >= 1",
        "s[j] == 0 implies sum(l, true, s[l]*c[l]) == 0",
        "s[i] == s[j] implies sum(l, true, s[l]) == n*s[i]",
    ),
    "order": (
        "1/(a - b) > 0",
        "weights(full) < 1",
        "dot(q[i], q[i]) > 0",
        "exp(a) > exp(b)",
        "sum(l, l < i, exp(s[l])) > 0",
        "a >= b implies exp(a) > exp(b)",
        "a > b implies exp(-a) > exp(-b)",
        "a*c > b*c implies exp(a) > exp(b)",
        "weight(causal,i,j) > 0",
        "score(causal,i,j) > score(causal,i,l) implies weight(causal,i,j) > weight(causal,i,l)",
    ),
    "premises": (
        "a*c == 0 implies a == 0",
        "a > c and c > a implies row_sums(causal) == 2",
        "1 == 2 implies exp(a) == exp(c)",
        "row_sum(j < i,i) == a implies weights(full+bias(a*b[j])) == weights(full+bias(b[j]))",
        "dot(q[i],k[j]) == dot(q[i],k[l]) implies dot(q[j],k[j]) == dot(q[j],k[l])",
        "s[j] == s[l] implies sum(t, true, s[t]) == n*s[j]",
    ),
    "equal indices": ("s[i] == s[j]", "s[i] == s[j] where i <= j", "s[i + 1] == s[i]"),
    "empty rows": (
        "row_sums(j < i) == 1",
        "sum(j, true, softmax(j, where(j < i, s[i,j], -oo))) == 1",
        "sum(l, l < i, exp(s[l]))/sum(l, l < i, exp(s[l])) == 1",
        "sum(l, l < i, 1)/sum(l, l < i, 1) == 1",
        "sum(l, 0, 3, row_sum(j < i,l)) == 4 where n >= 4",
        "sum(l, true, row_sum(j < i,l)) + b[l] == n + b[l] where l >= 1",
        "i/i == 1",
        "(i - j)*a/(i - j) == a",
        "w/w == 1 where w >= 0",
        "i**(-1)*i == 1",
    ),
    "other tokens": (
        "independent(output(causal), i, k[j]) where j >= i",
        "output(swap(causal,a,b)) == output(causal) where 0 <= a and a < n and 0 <= b and b < n",
        "output(swap(simple,a,b)) == output(simple) where 0 <= a and a <= i and 0 <= b and b <= i",
    ),
    "positions": (
        "row_sum(causal, i/2) == 1",
        "weight(causal, i/2, j) == weight(causal, i/2, j)",
    ),
    "algorithms": (
        "online(causal, tile=0) == output(causal)",
        "recurrent(linear) == output(linear)",
        "recurrent(retention(g)) == output(retention(g)) where n_q >= 1",
        "decode(full, step=t) == row(output(full), t)",
        "decode(linear+causal+bias(sum(l, true, dot(q[i],k[l]))), step=t)"
        " == row(output(linear+causal+bias(sum(l, true, dot(q[i],k[l])))), t)",
        "online(learned_sink, tile=b) == output(full)",
    ),
}


def cases(table: dict[str, tuple[str, ...]]) -> list[object]:
    return [pytest.param(t, id=f"{rule}: {t}") for rule, texts in table.items() for t in texts]


@pytest.mark.parametrize("text", cases(TRUE))
def test_a_true_instance_is_shown(text: str) -> None:
    answer, certificate = proof(read_claim(text))  # type: ignore[arg-type]
    assert isinstance(answer, Yes), answer
    assert certificate is not None


@pytest.mark.parametrize("text", cases(FALSE))
def test_a_near_miss_is_not_shown(text: str) -> None:
    answer, certificate = proof(read_claim(text))  # type: ignore[arg-type]
    assert not isinstance(answer, Yes)
    assert certificate is None
