"""Canaries: secrets and personal data that are sent to a system and searched in all its output."""
