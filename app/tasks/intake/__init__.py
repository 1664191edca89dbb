"""Intake: an upload becomes a stored file and a committed job. Runs in web workers."""
