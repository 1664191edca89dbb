"""Tests of the stages of an import, of locks, migrations and mails on real servers."""
