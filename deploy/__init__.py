"""What the containers of an installation need beside the application. Standard library only."""
