"""What the containers need beside the application."""
