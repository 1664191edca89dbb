"""Publishing to the queue and scheduling."""
