"""Other ways to import users, written as their communities recommend."""
