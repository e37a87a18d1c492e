"""Certificates of proofs at a size, each with one thing changed: none may be accepted."""

from dataclasses import replace

import pytest

from symattn.core.verdict import Certificate, Obligation
from symattn.deciding import field_kernel as kernel
from symattn.deciding import field_proof
from symattn.deciding.field_proof import RULE, SizeProof, replayed_at_a_size, size_proof
from symattn.deciding.field_statement import statement
from symattn.deciding.fields.primes import pairs
from symattn.deciding.kernel import Rejected
from symattn.deciding.recheck import recheck
from symattn.reading.claim_text import read_claim
from tests.deciding_sizes.claims import TRUE

CLAIM = read_claim(list(TRUE)[6])  # a weight of two keys
OTHER = read_claim(list(TRUE)[6].replace("d == 3", "d == 4"))


def proof(claim=CLAIM) -> SizeProof:
    found = size_proof(claim)
    assert isinstance(found, SizeProof), found
    return found


def rejects(hints, why=".", claim=CLAIM) -> None:
    told = proof()
    with pytest.raises(Rejected, match=why):
        recheck(claim, Certificate(RULE, tuple(hints), ()), told.scope, told.assumptions)


def test_the_certificate_itself_is_accepted():
    told = proof()
    recheck(CLAIM, told.certificate, told.scope, told.assumptions)


def test_every_line_that_is_dropped_doubled_or_moved_is_seen():
    hints = proof().certificate.hints
    for at in range(len(hints)):
        rejects([*hints[:at], *hints[at + 1 :]])
        rejects([*hints[:at], hints[at], *hints[at:]])
        if hints[at] != hints[at - 1]:
            moved = [*hints]
            moved[at], moved[at - 1] = moved[at - 1], moved[at]
            rejects(moved)


def test_every_digit_that_is_changed_is_seen():
    """Sizes, seed, primes, w, the bound, nodes, equations: each digit of each line."""
    hints = proof().certificate.hints
    for at, hint in enumerate(hints):
        digits = [k for k, letter in enumerate(hint) if letter.isdigit()]
        for k in digits[:: max(len(digits) // 4, 1)]:
            new = str((int(hint[k]) + 1) % 10)
            rejects([*hints[:at], hint[:k] + new + hint[k + 1 :], *hints[at + 1 :]])


def test_another_scope_assumption_rule_or_obligation_is_rejected():
    told = proof()
    for scope in ("n = 2, d = 4", "all n >= 1, d >= 1", "n = 2", ""):
        with pytest.raises(Rejected, match="the claim is about n = 2, d = 3"):
            recheck(CLAIM, told.certificate, scope, told.assumptions)
    with pytest.raises(Rejected, match="assumptions"):
        recheck(CLAIM, told.certificate, told.scope, (*told.assumptions, "a != 0"))
    with pytest.raises(Rejected):
        recheck(CLAIM, replace(told.certificate, rule="pairs"), told.scope, told.assumptions)
    extra = replace(told.certificate, obligations=(Obligation("a", "b", "(set-logic ALL)"),))
    with pytest.raises(Rejected, match="not one for this claim"):
        replayed_at_a_size(CLAIM, extra, told.scope, told.assumptions)


def test_the_graph_of_another_claim_shows_nothing():
    told = proof(OTHER)
    with pytest.raises(Rejected):
        recheck(CLAIM, told.certificate, proof().scope, proof().assumptions)
    mixed = [h for h in proof().certificate.hints if not h.startswith(("node", "equal"))]
    mixed += [h for h in told.certificate.hints if h.startswith(("node", "equal"))]
    rejects(mixed, "the graph is not that of the claim")


def test_fewer_or_other_fields_are_rejected_although_the_equations_hold_there():
    hints = proof().certificate.hints
    fields = [h for h in hints if h.startswith("pair")]
    rejects([h for h in hints if h != fields[0]], "not those that the graph draws")
    graph = statement(CLAIM).graph
    for pair in pairs("chosen by somebody", 1, (3,)):
        chosen = kernel.Moduli(pair.p, pair.q, pair.r, kernel.drawn_base(graph.digest, pair.p))
        kernel.check(graph, [chosen])  # a good field, but nobody may choose one
        told = f"pair {chosen.p} {chosen.q} {chosen.r} {chosen.w}"
        rejects([told if h == fields[0] else h for h in hints], "not those that the graph draws")


def test_a_false_claim_with_the_certificate_of_a_true_one():
    text = list(TRUE)[6].replace("k[1] - k[0]", "k[0] - k[1]")
    told = proof()
    with pytest.raises(Rejected):
        recheck(read_claim(text), told.certificate, told.scope, told.assumptions)


def test_a_large_graph_is_kept_as_its_hash_and_said_to_be(monkeypatch):
    monkeypatch.setattr(field_proof, "LISTED", 10)
    told = proof()
    last = told.certificate.hints[-1]
    assert last.startswith("not kernel-checked: ")
    assert not any(h.startswith("node") for h in told.certificate.hints)
    recheck(CLAIM, told.certificate, told.scope, told.assumptions)
    for at, hint in enumerate(told.certificate.hints):
        new = hint[:-1] + ("0" if hint[-1] != "0" else "1")
        rejects([*told.certificate.hints[:at], new, *told.certificate.hints[at + 1 :]])
