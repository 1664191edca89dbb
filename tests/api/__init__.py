"""Tests of the API: one module per endpoint or topic."""
