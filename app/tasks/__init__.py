"""The import: upload, plan, load, and what is said about it."""
