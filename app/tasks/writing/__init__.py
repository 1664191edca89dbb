"""Writing: chunks of users go into the users table, by COPY or by statements."""
