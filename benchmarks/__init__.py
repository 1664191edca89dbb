"""Benchmarks of speed and memory. Most compare two sides that one run measures in turn."""
