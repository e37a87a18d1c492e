"""A marimo page: `marimo edit page.py` opens it, `python page.py` runs it once."""

import marimo

__generated_with = "0.9.0"
app = marimo.App()


@app.cell
def _():
    import marimo as mo

    from symattn import cost, derive, enumerate_products, mechanism, show

    return cost, derive, enumerate_products, mechanism, mo, show


@app.cell
def _(mo):
    mo.md("""
    # One statement, everything else derived

    A mechanism is stated once; change it in the next cell and all other cells follow.
    """)
    return


@app.cell
def _(mechanism):
    stated = mechanism("window(visible=3)") + mechanism("alibi")
    stated
    return (stated,)


@app.cell
def _(enumerate_products, stated):
    enumerate_products(stated, n=7)
    return


@app.cell
def _(derive, stated):
    derive(stated, steps=True)
    return


@app.cell
def _(derive, stated):
    derive(stated, n=4, what="weights")
    return


@app.cell
def _(show, stated):
    show(stated, n=7)
    return


@app.cell
def _(cost):
    cost("causal", "full", n=7, d=4)
    return


if __name__ == "__main__":
    app.run()
