"""The load test's own parts; tests/e2e/test_performance.py runs the whole of it."""
