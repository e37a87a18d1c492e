"""Hostile claims and certificates: by Hypothesis in the test suite, by atheris with `make fuzz`."""
