"""Tests of the package loadtest. tests/e2e/test_performance.py runs whole load tests."""
