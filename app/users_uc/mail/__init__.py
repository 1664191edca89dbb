"""Mails to people: rows of models.Mail, sent by workers."""
