"""Very many clients at once, behind the proxy of the installation."""
