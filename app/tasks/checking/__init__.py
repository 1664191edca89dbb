"""Checking rows column-wise. Knows no Django."""
