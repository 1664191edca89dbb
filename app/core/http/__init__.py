"""HTTP for all apps: errors, bodies, headers, pages and rate limits."""
