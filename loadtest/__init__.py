"""The load test: create users and files, run JMeter, write a report, and check the database."""
