"""What dies, comes back."""
