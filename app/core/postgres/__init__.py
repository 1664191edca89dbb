"""Django's PostgreSQL backend with cheaper pool connections, and helpers for SQL."""
