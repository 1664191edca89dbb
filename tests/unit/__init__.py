"""Without database and without sockets."""
