"""`python -m symattn`, and where the `symattn` script starts."""

import gc

gc.set_threshold(200_000)  # a tenth of a short command's time went into collecting imports

from symattn.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
