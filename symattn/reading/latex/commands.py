r"""Tables of the LaTeX that we know: commands, signs, brackets, fonts, accents, environments."""

from __future__ import annotations

SIGNS = frozenset("+-*/=<>()[]{}|^_&,;:.'!~#@")
UNICODE: dict[str, str] = {
    "≤": r"\le", "≥": r"\ge", "−": "-", "·": r"\cdot", "∞": r"\infty", "α": r"\alpha",
    "∑": r"\sum", "⊤": r"\top", "≠": r"\ne", "∈": r"\in", "√": r"\sqrt", "⊙": r"\odot",
    "→": r"\to", "←": r"\leftarrow", "∝": r"\propto", "δ": r"\delta", "θ": r"\theta",
}  # fmt: skip
TEXTS = frozenset(
    (r"\text", r"\mbox", r"\textrm", r"\textit", r"\textsf", r"\textbf", r"\textnormal")
)
DEFINING = frozenset((r"\newcommand", r"\newcommand*", r"\renewcommand", r"\renewcommand*",
                      r"\def", r"\DeclareMathOperator", r"\DeclareMathOperator*",
                      r"\providecommand"))  # fmt: skip
ENGLISH = frozenset(
    [
        "where",
        "else",
        "otherwise",
        "if",
        "for",
        "with",
        "and",
        "or",
        "is",
        "let",
        "when",
        "all",
        "any",
        "such",
        "that",
        "by",
        "not",
        "in",
        "on",
        "to",
        "so",
        "we",
        "have",
        "then",
        "given",
        "also",
        "i.e.",
        "s.t.",
        "as",
        "each",
        "every",
        "unless",
        "hence",
        "thus",
        "the",
    ]
)
IGNORED = frozenset((
    r"\,", r"\;", r"\:", r"\!", r"\ ", r"\>", "~", r"\quad", r"\qquad", r"\displaystyle",
    r"\textstyle", r"\scriptstyle", r"\nonumber", r"\notag", r"\limits", r"\nolimits", r"\/",
    r"\bf", r"\rm", r"\centering", r"\hfill", r"\hline", r"\small", r"\normalsize", r"\\[6pt]",
))  # fmt: skip
UNNUMBERED = frozenset((r"\notag", r"\nonumber"))
SIZES = frozenset(f"\\{word}{side}" for word in ("big", "Big", "bigg", "Bigg")
                  for side in ("", "l", "r", "m")) | {r"\left", r"\right", r"\middle"}  # fmt: skip
FONTS = {
    r"\mathrm": "", r"\operatorname": "", r"\operatorname*": "", r"\mathsf": "", r"\mathtt": "",
    r"\mathit": "", r"\mathnormal": "", r"\mathbf": "!", r"\boldsymbol": "!", r"\bm": "!",
    r"\pmb": "!", r"\vec": "!", r"\mathcal": "_cal", r"\mathscr": "_scr", r"\mathfrak": "_frak",
    r"\mathbb": "_bb",
}  # fmt: skip
ACCENTS = {
    r"\tilde": "_tilde", r"\widetilde": "_tilde", r"\hat": "_hat", r"\widehat": "_hat",
    r"\bar": "_bar", r"\overline": "_bar", r"\dot": "_dot", r"\ddot": "_ddot", r"\check": "_check",
}  # fmt: skip
LATIN_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Upsilon",
    "Phi",
    "Psi",
    "Omega",
    "ell",
]
GREEK = {name: name for name in LATIN_GREEK} | {
    "varphi": "varphi", "varepsilon": "epsilon", "vartheta": "theta", "varrho": "rho",
    "hbar": "hbar",
}  # fmt: skip
BRACKETS = {  # text -> its type, and for one that opens the type that closes it
    "{": ("LBRACE", "RBRACE"), "}": ("RBRACE", ""),
    "(": ("LPAR", "RPAR"), ")": ("RPAR", ""),
    "[": ("LSQUARE", "RSQUARE"), "]": ("RSQUARE", ""),
    r"\lbrack": ("LSQUARE", "RSQUARE"), r"\rbrack": ("RSQUARE", ""),
    r"\{": ("LCURLY", "RCURLY"), r"\}": ("RCURLY", ""),
    r"\lbrace": ("LCURLY", "RCURLY"), r"\rbrace": ("RCURLY", ""),
    r"\lvert": ("LABS", "RABS"), r"\rvert": ("RABS", ""),
    r"\lVert": ("LNORM", "RNORM"), r"\rVert": ("RNORM", ""),
    r"\lfloor": ("LFLOOR", "RFLOOR"), r"\rfloor": ("RFLOOR", ""),
    r"\lceil": ("LCEIL", "RCEIL"), r"\rceil": ("RCEIL", ""),
    r"\langle": ("LANGLE", "RANGLE"), r"\rangle": ("RANGLE", ""),
}  # fmt: skip
RELATIONS = {
    "=": "=", "<": "<", ">": ">", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=", r"\ge": ">=",
    r"\geq": ">=", r"\geqslant": ">=", r"\ne": "!=", r"\neq": "!=", r"\lt": "<", r"\gt": ">",
    r"\equiv": "=", r"\coloneqq": ":=", r"\triangleq": ":=", r"\propto": "propto",
    r"\leftarrow": "<-", r"\gets": "<-", r"\in": "in", r"\approx": "approx",
    r"\to": "->", r"\mapsto": "->", r"\rightarrow": "->",
}  # fmt: skip
FUNCTIONS = {  # a name or command -> the operation of the tree
    "exp": "exp", "log": "log", "ln": "log", "tanh": "tanh", "cos": "cos", "sin": "sin",
    "max": "max", "min": "min", "sqrt": "sqrt", "softmax": "softmax", "Softmax": "softmax",
    "SoftMax": "softmax", "softMax": "softmax", "sigmoid": "sigmoid", "sigm": "sigmoid",
    "ReLU": "relu", "relu": "relu", "SiLU": "silu", "silu": "silu", "Swish": "silu",
    "swish": "silu", "elu": "elu", "ELU": "elu", "softplus": "softplus", "diag": "diag",
    "Diag": "diag", "rowsum": "rowsum", "rowmax": "rowmax", "tr": "trace", "trace": "trace",
    "Tr": "trace", "Concat": "concat", "concat": "concat", "LSE": "logsumexp",
    "logsumexp": "logsumexp", "LogSumExp": "logsumexp", "lse": "logsumexp", "norm": "rms",
    "mod": "mod", "relu2": "relu2", "abs": "abs", "floor": "floor", "ceil": "ceil",
    "sum": "total", "mean": "mean", "Mean": "mean", "RMSNorm": "rms", "sign": "sign", "sgn": "sign",
    "LayerNorm": "layernorm", "Var": "variance", "Transpose": "transpose",
}  # fmt: skip
TOKENS: dict[str, tuple[str, str]] = {
    "^": ("CARET", "^"), "_": ("UNDER", "_"), "'": ("PRIME", "'"),
    "+": ("OP", "+"), "-": ("OP", "-"), "*": ("OP", "*"), "/": ("OP", "/"), "@": ("OP", "*"),
    r"\cdot": ("OP", "cdot"), r"\times": ("OP", "*"), r"\ast": ("OP", "*"), r"\pm": ("OP", "pm"),
    r"\odot": ("OP", "odot"), r"\circ": ("OP", "odot"), r"\otimes": ("OP", "otimes"),
    r"\bmod": ("OP", "mod"), r"\mod": ("OP", "mod"), r"\oplus": ("OP", "oplus"),
    ",": ("COMMA", ","), ";": ("SEMI", ";"), ":": ("COLON", ":"), ".": ("STOP", "."),
    "&": ("AMP", "&"), r"\\": ("ROW", "\\\\"), r"\cr": ("ROW", "\\\\"),
    r"\frac": ("FRAC", "frac"), r"\dfrac": ("FRAC", "frac"), r"\tfrac": ("FRAC", "frac"),
    r"\cfrac": ("FRAC", "frac"), r"\binom": ("BINOM", "binom"), r"\dbinom": ("BINOM", "binom"),
    r"\sqrt": ("SQRT", "sqrt"), r"\sum": ("BIG", "sum"), r"\prod": ("BIG", "prod"),
    r"\substack": ("NAME", "substack"),
    r"\infty": ("NAME", "infinity"), r"\partial": ("NAME", "partial"), r"\nabla": ("NAME", "nabla"),
    r"\top": ("NAME", "top"), r"\intercal": ("NAME", "top"), r"\prime": ("NAME", "prime"),
    r"\dagger": ("NAME", "dagger"), r"\star": ("NAME", "star"), r"\mid": ("MID", "|"),
    r"\ldots": ("DOTS", "..."), r"\dots": ("DOTS", "..."), r"\cdots": ("DOTS", "..."),
    r"\vdots": ("DOTS", "..."), r"\ddots": ("DOTS", "..."), r"\dotsc": ("DOTS", "..."),
    r"\land": ("OP", "and"), r"\wedge": ("OP", "and"), r"\lor": ("OP", "or"),
    r"\vee": ("OP", "or"), r"\lnot": ("OP", "not"), r"\neg": ("OP", "not"),
    r"\colon": ("COLON", ":"),
    "!": ("OP", "!"),
    **{sign: ("REL", word) for sign, word in RELATIONS.items()},
    **{f"\\{name}": ("NAME", name)
       for name in ("exp", "log", "ln", "tanh", "cos", "sin", "max", "min")},
}  # fmt: skip
MATRICES = ("matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array")
LINES = ("aligned", "align", "split", "gathered", "equation", "eqnarray", "gather", "alignedat")
ENVIRONMENTS = ("cases", "dcases", *MATRICES, *LINES)


def known() -> list[str]:
    """Every command, for a guess at what was meant."""
    return [*TOKENS, *FONTS, *ACCENTS, *BRACKETS, *IGNORED, *(f"\\{name}" for name in GREEK)]
