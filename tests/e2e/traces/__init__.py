"""What a collector and the logs get from the real processes."""
