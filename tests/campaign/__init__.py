"""The soundness campaign: thousands of claims whose truth is known before any engine sees them.

True claims are made by valid rewrites (`rewrites`), false ones by mutations (`mutations`) that an
oracle of its own (`oracle`) has seen to differ. `python -m tests.campaign` runs it and prints what
the engines said; one wrong verdict is one too many.
"""
