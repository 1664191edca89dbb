"""The text of an API key."""

import re

import pytest

from users_uc.api_keys.text import PATTERN, id_of, new_key


def test_a_key_has_its_id_and_a_checksum() -> None:
    key = new_key(42)
    assert re.fullmatch(PATTERN, key)
    assert key.startswith("acc_42_")
    assert id_of(key) == 42


def test_no_two_keys_are_equal() -> None:
    assert len({new_key(1) for _ in range(100)}) == 100


def test_a_change_of_any_character_is_noticed() -> None:
    key = new_key(7)
    for place in range(len(key)):
        other = "x" if key[place] != "x" else "y"
        assert id_of(key[:place] + other + key[place + 1 :]) is None


@pytest.mark.parametrize(
    "text", ["", "acc_", "acc_1_", "acc_x_" + "0" * 38, "acc_1_" + "é" * 38, "acc_²_" + "0" * 38]
)
def test_another_text_is_no_key(text: str) -> None:
    assert id_of(text) is None


def test_the_checksum_is_the_crc_32_in_base_62() -> None:
    """The digits are 0-9, A-Z and a-z, so that a secret scanner can compute them too."""
    assert id_of("acc_1_" + "0" * 32 + "4G8oTR") == 1
