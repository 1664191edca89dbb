"""API keys: their text, their look-up, and the views that they reach."""
