"""The status document of an import."""
