"""HTTP as every app speaks it: errors, bodies, headers, pages, throttles."""
