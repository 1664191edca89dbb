"""Tests of the package local, which run_local.sh runs."""
