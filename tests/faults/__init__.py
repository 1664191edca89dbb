"""Tests of faults: processes and servers that die, freeze or are cut off."""
