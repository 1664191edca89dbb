"""Passwords: hashing, hashes from other systems, strength."""
