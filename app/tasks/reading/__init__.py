"""Reading: the bytes of a file become records and columns. Imports no Django."""
