"""gunicorn: its configuration, its worker class and the size of the pools."""
