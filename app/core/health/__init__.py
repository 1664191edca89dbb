"""Health of this service and of the servers that it needs."""
