"""JSON Web Tokens: families of refresh tokens and the keys that sign."""
