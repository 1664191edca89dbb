"""Sizes that gunicorn, the connection pool and password hashing share."""

from core import env

WORKERS = env.integer("WEB_WORKERS", 2, minimum=1)
"""Web processes."""
THREADS = env.integer("WEB_THREADS", 16, minimum=1)
"""Threads of each web process."""
POOL = {"min_size": 1, "max_size": THREADS + 2, "timeout": 5, "reconnect_timeout": 5}
"""Arguments of psycopg_pool for each web process. Times are in seconds.

The pool stops connecting when the request that waits for the connection ends, and the next request
tries again at once. With a longer `reconnect_timeout` the pool would double its delay after each
failure, and an outage would last up to twice as long.
"""
