"""Intake: turn an upload into a stored file and a committed job. Runs in web workers."""
