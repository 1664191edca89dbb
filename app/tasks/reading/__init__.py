"""Bytes into records: packing, encoding, dialect, header, rows. Knows no Django."""
