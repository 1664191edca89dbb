"""`python -m local`: what run_local.sh runs in its virtual environment."""

import sys

from local import signals

if __name__ == "__main__":
    # Before the other imports, which take half a second: Ctrl-C must be heard in that too.
    signals.raise_interrupt()
    try:
        from local.cli import main

        code = main()
    except KeyboardInterrupt:
        code = 0
    sys.exit(code)
