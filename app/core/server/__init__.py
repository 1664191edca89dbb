"""gunicorn: its configuration, its worker class and the sizes of its pools."""
