"""Settings, database, tokens."""
