"""The endpoints of imports, one concept a module."""
