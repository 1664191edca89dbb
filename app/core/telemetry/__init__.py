"""Traces and logs: ids on everything, spans where a collector is set, JSON lines."""
