"""The parts of benchmarks.http_speed."""
