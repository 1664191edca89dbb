"""The linters of the OpenAPI schema, and the npm packages that clients in TypeScript need."""
