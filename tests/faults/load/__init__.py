"""A test of very many clients at once, behind the proxy of the installation."""
