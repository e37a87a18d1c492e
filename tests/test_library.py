"""The library's objects print themselves and show themselves."""

from symattn import cost, derive, enumerate_products, mechanism, show


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
