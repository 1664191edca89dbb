"""The parts of benchmarks.import_speed."""
