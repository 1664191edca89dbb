"""Tests of the Docker Compose installation on a real engine: ./run_tests.sh --compose."""
