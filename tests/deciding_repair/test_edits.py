"""The catalogue itself: edits change the side, are told in words, and come in order of cost."""

from symattn.core.expression import lift
from symattn.deciding.repair.change import Vocabulary, at, put, sites
from symattn.deciding.repair.edits import edits, every
from symattn.deciding.repair.kinds import fits
from symattn.deciding.repair.moves import differing

REFERENCE = lift("exp(dot(q[i], k[j]) / sqrt(d)) / sum(l, l <= i, exp(dot(q[i], k[l]) / sqrt(d)))")
WRONG = lift("exp(dot(q[i], k[j])) / sum(l, l < i, exp(dot(q[i], k[l]) / d))")
WORDS = Vocabulary((REFERENCE,))


def test_edits_come_in_order_and_none_does_nothing():
    found = edits(WRONG, WORDS)
    assert len(found) > 100
    assert [e.cost for e in found] == sorted(e.cost for e in found)
    assert all(e.side != WRONG for e in found)
    assert len({e.side for e in found}) == len(found)


def test_every_sentence_can_be_told():
    for edit in every(WRONG, WORDS):
        fault = edit.fault(repr, "x")
        assert fault.sentence
        assert "{" not in fault.sentence, fault


def test_the_same_edits_every_time():
    assert [e.side for e in edits(WRONG, WORDS)] == [e.side for e in edits(WRONG, WORDS)]


def test_two_faults_need_two_edits():
    wrong = lift("exp(dot(q[i], k[j])) / sum(l, l < i, exp(dot(q[i], k[l]) / sqrt(d)))")
    assert REFERENCE not in {e.side for e in edits(wrong, WORDS)}
    both = next(e for e in every(wrong, WORDS) if e.side == REFERENCE)
    assert {c.code for c in both.named} == {"scale-missing", "mask-off-by-one"}


def test_alike_places_are_changed_together():
    wrong = lift("exp(a + m * (i - j)) / sum(l, l <= i, exp(a + m * (i - l)))")
    right = lift("exp(a - m * (i - j)) / sum(l, l <= i, exp(a - m * (i - l)))")
    first = next(e for e in edits(wrong, Vocabulary((right,))) if e.side == right)
    assert len(first.placed) == 2
    assert [c.code for c in first.named] == ["sign"]


def test_places_are_where_they_are_said_to_be():
    for site in sites(WRONG, WORDS):
        assert at(WRONG, site.path) == site.node
        assert put(WRONG, site.path, site.node) == WRONG


def test_senseless_edits_do_not_fit():
    assert fits(WRONG)
    assert not fits(lift("q[i]") + lift("1"))
    assert not fits(put(WRONG, (0, 0), lift("q[i]")))


def test_differing_parts():
    assert differing(REFERENCE, REFERENCE) == []
    found = differing(WRONG, REFERENCE)
    assert found is not None
    rebuilt = WRONG
    for path, here, there in found:
        assert at(WRONG, path) == here
        rebuilt = put(rebuilt, path, there)
    assert rebuilt == REFERENCE
