"""Tests of the whole system, started as operators start it."""
