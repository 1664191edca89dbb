"""The load test: makes users and files, runs JMeter, reports, and looks into the database."""
