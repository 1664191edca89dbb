"""The benchmarks' own parts, without a system."""
