"""Webhooks: events of users and imports, sent to URLs that superusers register."""
