"""Planning: a file becomes chunks in the order of the e-mail addresses. Runs in Celery workers."""
