"""What import_speed measures: files, tables, the two sides of a case, the cases."""
