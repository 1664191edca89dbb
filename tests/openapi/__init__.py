"""The OpenAPI schema in `openapi.json`, and the check that a change of it breaks no client."""
