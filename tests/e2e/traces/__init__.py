"""Tests of the traces and logs of a running system."""
