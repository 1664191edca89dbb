"""What the web server must agree on with the connection pool and the hashing of passwords."""

from core import env

WORKERS = env.integer("WEB_WORKERS", 2, minimum=1)
"""Web processes."""
THREADS = env.integer("WEB_THREADS", 4, minimum=1)
"""Of each web process."""
POOL = {"min_size": 1, "max_size": THREADS + 2, "timeout": 5, "reconnect_timeout": 5}
"""Of each web process: psycopg_pool's arguments; times are seconds.

Connecting is given up with the request that waits for it, and the next one tries again at once.
What goes on trying waits twice as long each time: an outage would last twice as long as it does.
"""
