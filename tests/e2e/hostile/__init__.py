"""What must neither end nor fill the real processes."""
