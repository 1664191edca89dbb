"""People into the users table: by COPY, by one statement, or not at all."""
