"""What the web server must agree on with the connection pool and the hashing of passwords."""

from core import env

WORKERS = env.integer("WEB_WORKERS", 2, minimum=1)
"""Web processes."""
THREADS = env.integer("WEB_THREADS", 4, minimum=1)
"""Of each web process."""
