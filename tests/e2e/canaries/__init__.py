"""Secrets and personal data are planted in a running system, and looked for in all it writes."""
