"""Mails to users: rows of `models.Mail`, sent by Celery workers."""
