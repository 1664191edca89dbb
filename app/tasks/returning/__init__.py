"""Rows that go back to the uploader."""
