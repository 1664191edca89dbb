"""What the web server and the connection pool must agree on."""

from core import env

THREADS = env.integer("WEB_THREADS", 4, minimum=1)
"""Of each web process."""
