"""Metrics for Prometheus. docs/metrics.md lists them, ADR 14 explains their sources."""
