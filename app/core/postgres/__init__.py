"""Django's PostgreSQL backend with cheaper connections from the pool."""
