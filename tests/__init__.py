"""Tests of the service, its scripts and its installation."""
