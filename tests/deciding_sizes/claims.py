"""Claims for proofs at a size: true ones that no normal form decides, false ones and open ones."""

TRUE = {  # claim -> scope
    "sum(t, t <= i, sum(u, u <= t, b[u])) == sum(u, u <= i, (i - u + 1)*b[u]) where n == 4": (
        "n = 4, tables b"
    ),
    "sum(t, 0, n - 1, b[t // 2]) == 2*b[0] + 2*b[1] where 4 == n": "n = 4, tables b",
    "sum(t, 0, 5, b[t // 2]) == 2*sum(t, 0, 2, b[t])": "all tables b",
    "sum(t, 0, 3, b[(t*t) % 3]) == 2*b[0] + 2*b[1]": "all tables b",
    "weight(full, i, 0) == 1/(1 + exp(score(full, i, 1) - score(full, i, 0)) "
    "+ exp(score(full, i, 2) - score(full, i, 0))) where n == 3 and d == n - 1": "n = 3, d = 2",
    "output(full, i) == weight(full, i, 0)*v[0] + weight(full, i, 1)*v[1] + weight(full, i, 2)*v[2]"
    " where n == 3 and d == 2 and d_v == 2": "n = 3, d = 2, d_v = 2",
    "weight(causal, 1, 0) == 1/(1 + exp(dot(q[1], k[1] - k[0])/sqrt(d))) where n == 2 and d == 3": (
        "n = 2, d = 3"
    ),
    "weight(gqa(groups=2), i, 0) == 1/(1 + exp(score(gqa(groups=2), i, 1) "
    "- score(gqa(groups=2), i, 0))) where n == 2 and d == 2 and H == 4": "n = 2, d = 2, H = 4",
    "weight(full, i, 0)*(1 + exp(score(full, i, 1) - score(full, i, 0))) == 1 "
    "where n == 2 and d == 11": "n = 2, d = 11",
    "weight(causal+alibi(m), 2, 0) == exp(-2*m)/(exp(-2*m) + exp(-m + dot(q[2], k[1] - k[0])"
    "/sqrt(d)) + exp(dot(q[2], k[2] - k[0])/sqrt(d))) where n == 3 and d == 2": (
        "n = 3, d = 2, real m"
    ),
    "cos(3*a) == 4*cos(a)**3 - 3*cos(a)": "all real a",
    "exp(a)*sin(a)*cos(a) == exp(a)*sin(2*a)/2": "all real a",
    "sin(5*a)/sin(a) == 16*sin(a)**4 - 20*sin(a)**2 + 5": "all real a",
    "sum(t, 0, 3, cos((2*t + 1)*a)) * 2*sin(a) == sin(8*a)": "all real a",
}
FALSE = (  # by very little, at one place, or only beyond the size of a true one
    "sum(t, t <= i, sum(u, u <= t, b[u])) == sum(u, u <= i, (i - u)*b[u]) where n == 4",
    "sum(t, 0, n - 1, b[t // 2]) == 2*b[0] + 2*b[1] where n == 5",
    "sum(t, 0, 5, b[t // 2]) == 2*sum(t, 0, 2, b[t]) + 10**(-30)*b[0]",
    "weight(full, i, 0) == 1/(1 + exp(score(full, i, 1) - score(full, i, 0)) + 10**(-30)) "
    "where n == 2 and d == 2",
    "weight(causal, 1, 0) == 1/(1 + exp(dot(q[1], k[1] - k[0])/sqrt(d + 10**(-30)))) "
    "where n == 2 and d == 3",
    "weight(gqa(groups=2), i, 0) == 1/(1 + exp(score(gqa(groups=1), i, 1) "
    "- score(gqa(groups=1), i, 0))) where n == 2 and d == 2 and H == 4",
    "sum(t, t <= i, b[t // 2]) == sum(t, t <= i, where(t == 3, b[2], b[t // 2])) where n == 4",
    "cos(3*a) == 4*cos(a)**3 - 3*cos(a) + 10**(-30)",
    "cos(3*a) == 4*cos(a)**3 - (3 + 10**(-30))*cos(a)",
    "sin(5*a)/sin(a) == 16*sin(a)**4 - 20*sin(a)**2 + 4",
    "sum(t, 0, 3, cos((2*t + 1)*a)) * 2*sin(a) == sin(9*a)",
)
OPEN = (  # true, but no bound is proved
    "weight(full, i, 0) == 1/(1 + exp(score(full, i, 1) - score(full, i, 0) + max(a, 1) "
    "- max(1, a))) where n == 2 and d == 2",
    "f(sum(t, 0, 3, b[t // 2])) == f(2*b[0] + 2*b[1])",
    "log(exp(sum(t, 0, 3, b[t // 2]))) == 2*b[0] + 2*b[1]",
    "exp(exp(sum(t, 0, 3, b[t // 2]))) == exp(exp(2*b[0] + 2*b[1]))",
    "cos(cos(3*a)) == cos(4*cos(a)**3 - 3*cos(a))",
    "exp(cos(3*a)) == exp(4*cos(a)**3 - 3*cos(a))",
    "sqrt(b[0]**2 + sum(t, 0, 3, b[t // 2])) == sqrt(b[0]**2 + 2*b[0] + 2*b[1])",
)
UNPINNED = (  # true where a size is 4, and false elsewhere or open
    "sum(t, t <= i, sum(u, u <= t, b[u])) == sum(u, u <= i, (i - u + 1)*b[u])",
    "sum(t, t <= i, sum(u, u <= t, b[u])) == sum(u, u <= i, (i - u + 1)*b[u]) where n <= 4",
    "sum(t, t <= i, sum(u, u <= t, b[u])) == sum(u, u <= i, (i - u + 1)*b[u]) "
    "where n == 3 or n == 4",
    "sum(t, t <= i, sum(u, u <= t, b[u])) == sum(u, u <= i, (i - u + 1)*b[u]) where n == d",
)
