"""Planning: a file becomes chunks in e-mail order. Runs in Celery workers."""
