"""Claims that are hard to see through, with their truth known beforehand."""

from __future__ import annotations

from tests.campaign.case import Case

TRUE = {
    "only up to some n, said": [
        "support(window(visible=7)) == support(causal) where n <= 7",
        "support(window(visible=65)) == support(causal) where n <= 65",
        "weights(window(visible=7)) == weights(causal) where n <= 7",
        "output(chunked(4)) == output(full) where n <= 4",
        "support(chunked(100)) == support(full) where n <= 100",
    ],
    "empty rows": [
        "nonempty(j < i) where i >= 1",
        "support(j < i) == support(j <= i - 1)",
        "row_sums(causal) == 1",
        "weights(j < i) == weights(j <= i - 1)",
    ],
    "tiny differences": [
        "a < a + 1 / 1000000000000000000000000000000",
        "exp(a) < exp(a + 1 / 1000000000000000000000000000000)",
        "2 ** 64 + 1 > 2 ** 64",
        "0.1 + 0.2 == 0.3",
        "1 / 3 + 1 / 3 + 1 / 3 == 1",
        "1 / sqrt(8) == sqrt(8) / 8",
    ],
    "powers of two": [
        "a * 2 ** 52 / 2 ** 52 == a",
        "exp(a * 4503599627370496) == exp(a * 2251799813685248) ** 2",
        "(a + 2 ** 62) - 2 ** 62 == a",
    ],
    "exponentials of large integers": [
        "exp(1000000) == exp(999999) * exp(1)",
        "exp(2 ** 61) / exp(2 ** 61 - 1) == exp(1)",
        "exp(1000000007) > exp(1000000006)",
    ],
    "roots of roots": [
        "sqrt(sqrt(16)) == 2",
        "sqrt(sqrt(2)) * sqrt(sqrt(2)) == sqrt(2)",
        "sqrt(sqrt(8)) == sqrt(2 * sqrt(2))",
        "sqrt(12) == 2 * sqrt(3)",
        "sqrt(3 + 2 * sqrt(2)) == 1 + sqrt(2)",
        "sqrt(9) == 3",
        "sqrt(a ** 2) == abs(a)",
        "sqrt(exp(a)) == exp(a / 2)",
    ],
    "branches": [
        "min(a, a + 1000000) == a",
        "max(a, b) + min(a, b) == a + b",
        "max(a, b) - max(-a, -b) == a + b",
        "abs(a) == max(a, -a)",
        "max(exp(a), 0) == exp(a)",
        "max(max(a, b), c) == max(a, max(c, b))",
    ],
    "reversed and re-indexed keys": [
        "sum(l, true, exp(s[i, l])) == sum(l, true, exp(s[i, n - 1 - l]))",
        "sum(l, l <= i, s[i, l]) == sum(l, l <= i, s[i, i - l])",
        "sum(t, 0, i, b[t]) == sum(t, 1, i + 1, b[t - 1])",
        "sum(l, l <= i, b[l] * c) == c * sum(t, t <= i, b[i - t])",
    ],
    "matrices": [
        "dot(q[i] @ W, k[j]) == dot(q[i], k[j] @ W.T)",
        "dot(q[i] @ W @ U, k[j]) == dot(q[i] @ W, k[j] @ U.T)",
        "(q[i] + k[j]) @ W == q[i] @ W + k[j] @ W",
    ],
    "values tied to scores": [
        "output(simple) == output(simple + full)",
        "output(simple + bias(c)) == output(simple)",
        "weights(simple + bias(c * i)) == weights(simple)",
    ],
}
FALSE = {
    "only up to some n": [
        "support(window(visible=7)) == support(causal)",
        "support(window(visible=65)) == support(causal)",
        "support(window(visible=4097)) == support(causal)",
        "weights(window(visible=7)) == weights(causal)",
        "weights(window(visible=65)) == weights(causal)",
        "output(chunked(9)) == output(full)",
        "count(window(visible=5)) == n * (n + 1) / 2",
        "row_count(window(visible=9), i) == i + 1",
        "support(j <= i and i - j < 1000) == support(j <= i and i - j < 1001)",
        "weights(prefix(8) + causal) == weights(j <= i and i < 12)",
    ],
    "empty rows only": [
        "nonempty(j < i)",
        "row_sums(j < i) == 1",
        "row_sums((causal | full) + padding) == 1",
        "weights(j < i) == weights(j < i or i == 0)",
        "support(j < i) == support(j < i or i + j == 0)",
        "output(causal + dilated(2) + sink_tokens(1)) == output(causal + sink_tokens(1))",
    ],
    "one cell": [
        "support(causal) == support(j <= i and not (i == 5 and j == 3))",
        "support(causal) == support(j <= i and not (i == 50 and j == 31))",
        "weights(causal) == weights(j <= i and not (i == 5 and j == 3))",
        "weights(causal + bias(where(i == 4 and j == 2, 1, 0))) == weights(causal)",
        "score(bias(where(i == 6 and j == 6, c, 0)), i, j) == dot(q[i], k[j]) / sqrt(d)",
    ],
    "the last digit": [
        "score(causal, i, j) == dot(q[i], k[j]) / sqrt(d) * 1.0000000000000000000000000001",
        "weights(temperature(0.125)) == weights(temperature(0.1250000000000000000000000000001))",
        "1 / 3 == 0.3333333333333333333333333333333",
        "sqrt(2) == 1.41421356237309504880168872420969807857",
        "exp(1) == 2.71828182845904523536028747135266249776",
        "log(2) == 0.693147180559945309417232121458",
        "exp(a) == exp(a) + 0.000000000000000000000000000001",
        "weights(bias(b[i, j])) == weights(bias(b[i, j] + j * 0.000000000000000000000000000001))",
    ],
    "powers of two": [
        "a * 2 ** 52 == a * (2 ** 52 + 1)",
        "exp(a * 4503599627370496) == exp(a * 4503599627370497)",
        "exp(2 ** 61) == 1",
        "exp(2 ** 61 - 1) == exp(0)",
        "a ** 2 == a * 2",
        "2 ** 61 * a == a",
        "exp(1) == 2 ** 52",
    ],
    "exponentials of large integers": [
        "exp(1000000) == exp(1000001)",
        "exp(2305843009213693951) == exp(2305843009213693952)",
        "exp(1152921504606846976 * a) == 1",
        "exp(1000000007) == exp(1000000006) * exp(2)",
    ],
    "roots of roots": [
        "sqrt(sqrt(2)) == sqrt(2) / 2",
        "sqrt(3 + 2 * sqrt(2)) == 1 + sqrt(3)",
        "sqrt(a ** 2) == a",
        "sqrt(2) + sqrt(3) == sqrt(5)",
        "sqrt(9) == -3",
        "sqrt(sqrt(16)) == -2",
    ],
    "branches that random points never see": [
        "min(a, 1000000) == a",
        "max(a, -1000000000000) == a",
        "abs(a - 1000000) == 1000000 - a",
        "min(dot(q[i], k[j]), 50) == dot(q[i], k[j])",
        "score(softcap(50), i, j) == dot(q[i], k[j]) / sqrt(d)",
        "max(a, b) == a",
        "max(a, 0) == a",
        "where(i > 40, 1, 0) == 0",
        "where(i == 17 and j == 29, c, 0) == 0",
    ],
    "matrices": [
        "dot(q[i] @ W, k[j]) == dot(q[i], k[j] @ W)",
        "dot(q[i] @ W @ U, k[j]) == dot(q[i] @ U @ W, k[j])",
        "dot(q[i] @ W, k[j]) == dot(q[i], k[j])",
    ],
    "a zero that no ball knows": [
        "c == 3 * c - exp(log(3)) * c",
        "log(exp(a) / exp(a)) == a",
        "log(weight(window(visible=1), i, i)) == c",
    ],
    "reversed keys": [
        "sum(l, l <= i, s[i, l]) == sum(l, l <= i, s[i, n - 1 - l])",
        "weights(bias(b[j])) == weights(bias(b[n - 1 - j]))",
        "sum(l, l <= i, weight(full, i, l) * b[l]) == sum(l, l <= i, weight(full, i, l) * b[0])",
        "sum(t, 0, i, b[t]) == sum(t, 1, i + 1, b[t])",
    ],
    "values tied to scores": [
        "output(simple) == output(simple + temperature(2))",
        "output(simple) == output(causal)",
    ],
    "normalisers": [
        "weights(softmax1 + bias(c)) == weights(softmax1)",
        "weights(sigmoid(0) + bias(c)) == weights(sigmoid(0))",
        "weights(softmax1) == weights(full)",
        "row_sums(softmax1) == 1",
        "output(full) == output(full + linear)",
        "decode(full, step=t) == row(output(full), t)",
        "recurrent(retention(g=1/2)) == output(retention(g=1/3))",
        "online(full, tile=2) == output(causal)",
        "output(mqa) == output(gqa(groups=2))",
        "output(gqa(groups=1)) == output(multihead)",
        "output(mla_expanded) == output(mla_absorbed + temperature(2))",
        "weights(rope + qk_norm) == weights(rope)",
        "dot(rope(q[i], i), rope(k[j], j)) == dot(rope(q[i], j - i), k[j])",
        "dot(rope(q[i], i), rope(k[j], j, pairing=interleaved)) == dot(rope(q[i], i - j), k[j])",
    ],
}  # fmt: skip
SPECIAL = [
    Case(f"special: {name}", name, text, true)
    for truth, true in ((TRUE, True), (FALSE, False))
    for name, texts in truth.items()
    for text in texts
]
