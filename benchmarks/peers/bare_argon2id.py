"""Only the password hashes: Argon2id with the parameters of the service on all cores."""

import csv
import os
from multiprocessing import Pool
from pathlib import Path

from argon2 import Type
from argon2.low_level import hash_secret

from users_uc.passwords.hasher import Argon2idHasher


def _hash(password: str) -> bytes:
    return hash_secret(
        password.encode(),
        os.urandom(16),
        time_cost=Argon2idHasher.time_cost,
        memory_cost=Argon2idHasher.memory_cost,
        parallelism=Argon2idHasher.parallelism,
        hash_len=32,
        type=Type.ID,
    )


def load(path: Path) -> None:
    """Hash the passwords of the file with one process per core."""
    with path.open(encoding="utf-8", newline="") as file:
        passwords = [row["password"] for row in csv.DictReader(file)]
    with Pool(os.cpu_count()) as pool:
        pool.map(_hash, passwords, chunksize=25)
