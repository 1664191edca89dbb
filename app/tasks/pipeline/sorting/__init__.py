"""A file's people into e-mail order, each of them once, however many there are."""
