"""The pipeline, step by step, on real PostgreSQL and Valkey."""
