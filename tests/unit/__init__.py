"""Tests that need no database and no running service."""
