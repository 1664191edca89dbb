"""Accounts: the user, login by token, and the endpoints around them."""
