"""Passwords: hashing, hashes from other systems, and strength."""
