"""A service of accounts in the shape of the FastAPI full-stack template."""
