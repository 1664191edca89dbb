"""What Prometheus reads: see docs/metrics.md for the list and docs/adr/0014 for its sources."""
