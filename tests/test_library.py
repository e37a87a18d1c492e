"""The library's objects print themselves and show themselves."""

import json

import pytest

from symattn import atlas, cost, derive, enumerate_products, mechanism, prove, show
from symattn.core.errors import Unreadable


def test_every_object_shows_itself():
    assert mechanism("causal")._repr_latex_().startswith("$$")
    assert r"\sum_{l \le i}" in derive("causal", check="none")._repr_latex_()
    assert "q_{1} k_{0}" in enumerate_products("causal", n=2)._repr_latex_()
    assert show("causal", n=2)._repr_svg_().startswith("<svg")
    html = cost("causal", n=7, d=4)._repr_html_()
    assert "2d*n(n+1) = 448" in html
    assert html.startswith("<pre>")


def test_every_object_prints_itself():
    assert str(mechanism("causal")).startswith("support: j <= i")
    assert str(enumerate_products("causal", n=2)).splitlines()[-1].startswith("3 products")
    assert "key" in str(show("causal", n=2))


def test_an_answer_says_what_the_command_says():
    proved = prove("support(window(visible=w)) <= support(causal)")
    assert (proved.word, proved.scope) == ("proved", "all n >= 1, w >= 1")
    assert proved.counterexample is None
    assert str(proved).startswith("PROVED for all n >= 1, w >= 1\nread as: ")
    refuted = prove("output(causal) == output(full)")
    assert (refuted.word, refuted.scope) == ("refuted", "")
    assert dict(refuted.counterexample.values)["n"] == 2
    assert json.loads(refuted.to_json())["verdict"] == "refuted"
    assert refuted._repr_html_().startswith("<pre>REFUTED at n = 2")
    assert repr(refuted) == "<refuted: output(causal) == output(full)>"
    with pytest.raises(Unreadable):
        prove("no_future(")


def test_an_atlas_shows_itself():
    found = atlas("causal", "full", relations=["subset"])
    assert "support(causal) <= support(full)" in str(found)
    assert found._repr_svg_().startswith("<svg")
    assert json.loads(found.to("json"))["schema"] == "symattn/atlas@1"
    assert found.to("markdown").startswith("**Supports**")
    assert "<!doctype html>" in found.to("html")
