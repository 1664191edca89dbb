"""Programs of the containers beside the application. They use only the standard library."""
