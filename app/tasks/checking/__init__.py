"""Checking: rules for values, applied to whole columns. Imports no Django."""
