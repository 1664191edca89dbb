"""Tests of both storages: a folder, and a bucket of a real store."""
