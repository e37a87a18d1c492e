"""Proofs as LaTeX and as `.smt2` files: every formula is typeset and is what a solver was asked."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest

from symattn.core.claim import problem
from symattn.core.errors import NotConcrete, Unreadable
from symattn.core.expression import Expr, I, J
from symattn.core.interpret import Environment, holds
from symattn.core.text import read, show
from symattn.core.verdict import Certificate, Obligation
from symattn.deciding import kernel
from symattn.deciding.decide import decide
from symattn.reading.claim_text import read_claim
from symattn.reading.smtlib_text import assertions
from symattn.rendering.proof import Proof, proof_latex
from symattn.rendering.proof_lines import Impossible, Rewritten
from symattn.rendering.smt2 import smt2_files
from symattn.rendering.verdict import reading
from tests.cli.running import inside
from tests.deciding_supports.test_reach import PROVED as REACHES
from tests.deciding_supports.test_rows import PROVED as ROWS
from tests.deciding_supports.test_table import PROVED as PAIRS
from tests.katex_tool import BadLatex, render
from tests.rendering.test_document import compiled, too_wide

TERMS = ["weight(causal, i, j) == weight(causal+full, i, j)"]
CLAIMS = [*PAIRS, *ROWS, *REACHES, *TERMS]
NOT_BROKEN = {  # single terms that are longer than a line, which is a gap: they run into the margin
    "row_count(abs(i - j) + abs(j - 2) <= 1, i) == abs(i - 2) + 1 where i < 4 and i > 0 and n > 3",
}
MATHS = re.compile(r"\\begin\{gather\*\}\n.*?\\end\{gather\*\}|\$[^$]+\$", re.DOTALL)


def proof_of(text: str) -> Proof:
    claim = read_claim(text)
    found = decide(claim).verdict
    certificate = found.certificate
    lines = [Impossible(o.name, o.reason, assertions(o.script)) for o in certificate.obligations]
    said = found.scope, found.assumptions, certificate.rule, certificate.hints
    return Proof(claim, reading(claim), *said, tuple(lines))


@pytest.fixture(scope="module")
def proofs() -> dict[str, Proof]:
    return {text: proof_of(text) for text in CLAIMS}


def test_katex_typesets_every_formula(proofs):
    for proof in proofs.values():
        latex = proof_latex(proof)
        found = MATHS.findall(latex.partition(r"\begin{document}")[2])
        assert len(found) >= 1 + len(proof.lines)
        for formula in found:
            render(formula.strip("$"))
        words = MATHS.sub("", latex.partition(r"\begin{document}")[2])
        assert not re.search(r"(?<!\\)[_^&]|\\le|\\ge", words), words


def test_a_formula_that_katex_refuses_would_be_seen():
    with pytest.raises(BadLatex):
        render(MATHS.findall("\\begin{gather*}\n\\nonsense\n\\end{gather*}")[0])


def test_every_proof_says_all_of_itself(proofs):
    for text, proof in proofs.items():
        latex = proof_latex(proof)
        for at, line in enumerate(proof.lines, 1):
            assert rf"\textbf{{{at}.}}" in latex
            assert line.reason in latex, text
        assert latex.count("Theorem ") >= 2 or text in TERMS
        assert rf"The {len(proof.lines)} obligations have no solution" in latex
        assert latex.rstrip().endswith("$\\blacksquare$\n\\end{document}")


@pytest.mark.tex
@pytest.mark.parametrize("at", range(4))
def test_pdflatex_compiles_and_nothing_is_too_wide(at, proofs, tmp_path):
    """Several proofs in one file, as pdflatex takes a second to start."""
    broken = [proof for text, proof in proofs.items() if text not in NOT_BROKEN]
    bodies = [proof_latex(proof) for proof in broken[at::4]]
    head, _, _ = bodies[0].partition(r"\begin{document}")
    inside = [b.partition(r"\begin{document}")[2].partition(r"\end{document}")[0] for b in bodies]
    text = "\n".join(inside)
    log = compiled(f"{head}\\begin{{document}}{text}\\end{{document}}\n", tmp_path)
    assert too_wide(log) == []


NAMES = ("n", "n_q", "n_k", "w", "p", "s", "c", "a", "b", "L", "i", "j")


def test_the_formulas_are_the_conditions_of_the_kernel(proofs):
    """Read back from the scripts, and compared with what was written there, at all small points."""
    compared = 0
    for text, proof in proofs.items():
        if text in TERMS:
            continue
        asked = problem(proof.claim)
        parts = list(kernel.RULES[asked.relation][1](asked, proof.hints))
        if asked.tables or any(Script(asked, part).bottoms for part in parts):
            continue
        for (_, _, wanted), line in zip(parts, proof.lines, strict=False):
            wanted = list(dict.fromkeys(wanted))
            assert len(wanted) == len(line.conditions)
            names = sorted(set().union(*map(names_in, wanted)))
            for numbers in list(product((0, 1, 3, 4), repeat=len(names)))[:: 1 + len(names) ** 2]:
                env = Environment(dict(zip(names, numbers, strict=True)))
                for one, other in zip(wanted, line.conditions, strict=True):
                    assert truth(one, env) == truth(other, env), (text, one, other)
                    compared += 1
    assert compared > 10_000


def Script(asked, part):
    from symattn.deciding.smtlib import Script as Writer

    writer = Writer(asked)
    writer.write(part[2])
    return writer


def names_in(condition):
    from symattn.core.expression import free_names

    return free_names(condition)


def truth(condition, env):
    try:
        return holds(condition, env)
    except NotConcrete as reason:
        return f"undefined: {reason}"[:20]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("(assert true)", "true"),
        ("(assert (= $i $j))", "i == j"),
        ("(assert (not (= $i 0)))", "i != 0"),
        ("(assert (not (< $i (- 2))))", "not i < -2"),
        ("(assert (and (<= 0 $i) (or (> $i 1) (>= $j (/ 1.0 2.0)))))",
         "0 <= i and (i > 1 or j >= 1 / 2)"),
        ("(assert (= (div $i 2) (mod (- $j) 3)))", "i // 2 == -j % 3"),
        ("(assert (= (let ((a $i)) (ite (>= a 0) a (- a))) $j))", "abs(i) == j"),
        ("(assert (= (let ((a $i) (b $j)) (ite (<= a b) a b)) 1))", "min(i, j) == 1"),
        ("(assert (= (let ((a $i) (b $j)) (ite (>= a b) a b)) 1))", "max(i, j) == 1"),
        ("(assert (= (ite (< $i 1) $i $j) 1))", "where(i < 1, i, j) == 1"),
        ("(assert (= (to_int (/ (to_real $i) 2.0)) 1))", "i // 2 == 1"),
        ("(assert (= (to_int (/ $x 1.0)) 1))", "floor(x) == 1"),
        ("(assert (= ($doc $i) ($doc (+ $j 1))))", "doc[i] == doc[j + 1]"),
        ("(assert (<= 0 ($keep $j) 1))", "0 <= keep[j] and keep[j] <= 1"),
        ("(assert (= $i (+ (* $c quotient0) rest0)))", "i == c * quotient0 + rest0"),
    ],
)  # fmt: skip
def test_scripts_are_read_back(script, said):
    (found,) = assertions(f"(set-logic ALL)\n(declare-const $i Int)\n{script}\n(check-sat)")
    assert found == read(said)


@pytest.mark.parametrize(
    "script",
    ["(assert (forall ((x Int)) true))", "(assert (< 1))", "(assert (", "assert", ")", "(assert)(",
     "(assert (= (let ((a $i)) (* a a)) 1))", "(assert (= (exp $i) 1))", "(assert $i)",
     "(assert (= () 1))", "(" * 10_000 + ")" * 10_000],
)  # fmt: skip
def test_other_scripts_are_refused(script):
    with pytest.raises(Unreadable):
        assert not assertions(script)


def test_a_trace_of_rules_is_another_kind_of_line():
    step = Rewritten("shift", "softmax sees no shift", read("i - j"), read("-(j - i)"))
    proof = proof_of("no_future(causal)")
    latex = proof_latex(Proof(proof.claim, "", "all n", (), "rewriting", (), (step,)))
    assert r"i - j = -(j - i)" in latex
    assert "softmax sees no shift" in latex
    assert "by the rule rewriting." in latex
    assert "obligations" not in latex


def test_words_of_users_are_no_commands():
    claim = read_claim("no_future(j <= i and not a_b % 2 == 5 * c_1)")
    wild = Obligation(r"\input{x} & $", "100% _", "(assert (= 1 2))")
    lines = (Impossible(wild.name, wild.reason, assertions(wild.script)),)
    latex = proof_latex(Proof(claim, "", "all", (r"\x",), r"\rule", (r"w \evil to 1",), lines))
    assert r"\input" not in latex
    assert r"\evil" not in latex
    assert r"100\% \_" in latex


def test_files_of_obligations(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "row_count(window(visible=w), i) == min(i + 1, w)"
    assert inside("prove", text, "--certificate", "proof.json").returncode == 0
    result = inside("recheck", "proof.json", "--smt2", "one", "--latex", "proof.tex")
    assert (result.returncode, result.stderr) == (
        0,
        "wrote 3 obligations to one\nwrote proof.tex\n",
    )
    again = inside("prove", text, "--smt2", "two", "--latex", "again.tex")
    assert again.returncode == 0
    assert (tmp_path / "proof.tex").read_text() == (tmp_path / "again.tex").read_text()
    files = sorted((tmp_path / "one").iterdir())
    assert [f.name for f in files] == ["1-row-all-keys.smt2", "2-row-stretch-1.smt2", "3-size.smt2"]
    record = json.loads((tmp_path / "proof.json").read_text())
    for file, obligation in zip(files, record["obligations"], strict=True):
        said = file.read_text()
        assert said == (tmp_path / "two" / file.name).read_text()
        assert obligation["reason"] in said
        assert f"; claim: {text}\n" in said
        commands = [x for x in said.splitlines() if x and not x.startswith(";")]
        commands.remove("(set-info :status unsat)")
        assert "\n".join([*commands, ""]) == obligation["script"]
        assert kernel.solved(said) == "unsat"
        assert max(map(len, said[: said.index("(set-logic")].splitlines())) <= 92


def test_what_is_not_proved_is_not_exported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = inside("prove", "no_future(full)", "--smt2", "one", "--latex", "proof.tex")
    assert result.returncode == 1
    assert "no certificate: the claim is refuted" in result.stderr
    wrong = json.loads(inside("prove", "no_future(causal)", "--json").stdout)["certificate"]
    record = {"schema": "symattn/certificate@1", "claim": "no_future(full)",
              "scope": "all n >= 1", "assumptions": [], **wrong}  # fmt: skip
    (tmp_path / "wrong.json").write_text(json.dumps(record))
    result = inside("recheck", "wrong.json", "--smt2", "one", "--latex", "proof.tex")
    assert result.returncode == 3
    assert [p.name for p in tmp_path.iterdir()] == ["wrong.json"]


def test_where_obligations_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("kept")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "9-old.smt2").write_text("kept")
    for folder, said in (("file", "cannot be one"), ("no/where", "cannot be one"),
                         ("other", "holds other obligations (9-old.smt2)")):  # fmt: skip
        result = inside("prove", "no_future(causal)", "--smt2", folder)
        assert result.returncode == 2
        assert said in result.stderr
    assert inside("prove", "no_future(causal)", "--smt2", "new").returncode == 0
    assert inside("prove", "no_future(causal)", "--smt2", "new").returncode == 0


def test_names_of_files_are_plain():
    names = (r"a/b\c:d", "..", "x" * 300, "n > 0")
    certificate = Certificate(
        "pairs", (), tuple(Obligation(name, "r", "(set-logic ALL)\n") for name in names)
    )
    found = [name for name, _ in smt2_files("c", "r", certificate)]
    assert all(re.fullmatch(r"\d-[a-z0-9-]*\.smt2", name) for name in found)
    assert len(set(found)) == len(names)
    assert show(Expr("<", (I, J))) == "i < j"
