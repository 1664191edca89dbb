"""Tests of hostile files and requests, which must neither stop nor fill the processes."""
