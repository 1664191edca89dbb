"""The installation by Docker Compose, on a real engine: ./run_tests.sh --compose."""
