"""`python -m local`, which run_local.sh runs in its virtual environment."""

import sys

from local import signals

if __name__ == "__main__":
    # Before the other imports: they take half a second, in which Ctrl-C must work too.
    signals.raise_interrupt()
    try:
        from local.cli import main

        code = main()
    except KeyboardInterrupt:
        code = 0
    sys.exit(code)
