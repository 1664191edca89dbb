"""Whether this service and the servers it needs answer."""
