"""LaTeX of attention papers, read into claims about numbers that the deciding room decides.

`letters` -> `grammar` -> `structure` (an untyped tree) -> `typing` and `meaning` (a typed one, by
entries) -> `symattn.reading.formula`. Nothing is ever evaluated and nothing is guessed.
"""
