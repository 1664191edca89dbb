"""`python -m loadtest`, which run_performance_test.sh runs in its virtual environment."""

import sys

from loadtest.cli import main

if __name__ == "__main__":
    sys.exit(main())
