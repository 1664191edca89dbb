"""The whole system on one machine, without Docker: for people, for tests and for benchmarks."""
