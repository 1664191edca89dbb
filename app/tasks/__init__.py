"""The bulk import of users: upload, plan, load, finish, and the answers about them."""
