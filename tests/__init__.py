"""Everything that shows that it works."""
