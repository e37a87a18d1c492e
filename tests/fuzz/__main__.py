"""`python -m tests.fuzz`: claims and certificates made by atheris, guided by coverage.

Arguments are those of libFuzzer, such as `-max_total_time=60`, `-runs=10000`, `-seed=1`, and a
folder for the texts that it finds interesting. A crash writes its input to a file and stops.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

MISSING = "atheris is not installed: pip install 'symattn[fuzz]'"
EVERY = 64  # every so many claims that can be read, one is decided, too


def main() -> int:
    if find_spec("atheris") is None:
        print(MISSING, file=sys.stderr)
        return 3
    import atheris

    with atheris.instrument_imports(include=["symattn.core", "symattn.reading"]):
        from tests.fuzz import harness, texts
    harness.warm()
    count = 0

    def one(data: bytes) -> None:
        nonlocal count
        if not data:
            return
        kind, rest = data[0] % 4, data[1:]
        if kind == 0:
            harness.certificate_safely(rest.decode("utf-8", "replace"))
            return
        text = rest.decode("utf-8", "replace") if kind == 1 else texts.made_of(rest)
        claim = harness.read_safely(text)
        if claim is not None:
            count += 1
            if count % EVERY == 0:
                harness.decided_safely(claim, 20)

    arguments = sys.argv[1:] or ["-max_total_time=60"]
    atheris.Setup([sys.argv[0], "-max_len=400", "-timeout=60", *arguments], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
