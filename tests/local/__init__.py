"""What run_local.sh is made of."""
