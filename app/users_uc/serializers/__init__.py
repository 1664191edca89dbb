"""Accounts as JSON, in and out."""
