"""The whole system on one machine, without Docker: for developers, tests and benchmarks."""
