"""The return of rejected rows to the uploader."""
