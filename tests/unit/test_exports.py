"""The headers of exports and templates of other systems, and of spreadsheets in eight languages."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tasks.codes import FileError
from tasks.reading.header import parse_header
from tasks.reading.header_rules import NO_RULES, HeaderRules

_FILE = Path(__file__).parents[1] / "data" / "exports.toml"
SYSTEMS = tomllib.loads(_FILE.read_text("utf-8"))


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS.keys())
def test_the_header_of_a_system_is_understood(system: Mapping[str, Any]) -> None:
    cells = system["header"].split(",")
    header = parse_header(cells, NO_RULES, system.get("rows", []))
    assert {field: cells[at] for field, at in header.columns.items()} == system["fields"]


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["Name", "Surname"], ["first_name", "last_name"]),
        (["Name", "First name"], ["name", "first_name"]),
        (["Name", "First name", "Surname"], ["name", "first_name", "last_name"]),
        (["Nome", "Sobrenome"], ["first_name", "last_name"]),
        (["Nome", "Primeiro nome", "Sobrenome"], ["name", "first_name", "last_name"]),
        (["Nom", "Prénom"], ["last_name", "first_name"]),
        (["Nom", "Prénom", "Nom de famille"], ["name", "first_name", "last_name"]),
        (["Nome", "Apelido"], ["first_name"]),
        (["Nome", "Apelido", "Telemóvel"], ["first_name", "last_name", "phone"]),
        (["Nombre"], ["name"]),
    ],
)
def test_a_name_is_a_part_of_it_beside_another_part(names: list[str], fields: list[str]) -> None:
    assert list(parse_header([*names, "email"]).columns) == [*fields, "email"]


@pytest.mark.parametrize(
    "names",
    [
        ["Company address", "Personal E-mail"],
        ["E-Mail der Kanzlei", "E-Mail privat"],
        ["Hauptadresse", "Recovery Email"],
        ["Adres w pracy", "E-mail 2 Address", "Recovery Email"],
    ],
)
def test_a_private_address_is_not_taken_beside_an_unknown_column_of_addresses(
    names: list[str],
) -> None:
    addresses = [[f"ann{number}@x.com" for number in range(len(names))]]
    with pytest.raises(FileError) as caught:
        parse_header(names, NO_RULES, addresses)
    params = caught.value.message.params
    assert caught.value.code == "ambiguous_column"
    assert params["names"] == f"{names[0]}, {names[1]}"
    assert params["option"] == f'{{"{names[0]}": "email"}}'
    assert parse_header(names, NO_RULES, [["Ann", *addresses[0][1:]]]).columns["email"] == 1
    assert (
        parse_header(names, HeaderRules(columns={names[0]: None}), addresses).columns["email"] == 1
    )
    assert (
        parse_header(names, HeaderRules(columns={names[0]: "email"}), addresses).columns["email"]
        == 0
    )


@pytest.mark.parametrize(
    "names",
    [
        ["Phone", "Telephone", "Mobile"],
        ["Telefon (mobil)", "Telefon (Festnetz)"],
        ["Work Phone", "Business Phone"],
    ],
)
def test_all_phones_are_read(names: list[str]) -> None:
    fields = list(parse_header(["email", *names]).columns)
    assert fields == ["email", "phone", "phone 2", "phone 3"][: len(names) + 1]


def test_a_hash_of_wordpress_is_secret_and_not_imported() -> None:
    header = parse_header(["user_email", "user_pass"])
    assert (header.columns, header.has_secrets) == ({"email": 0}, True)


@pytest.mark.parametrize(
    ("cells", "sample", "column"),
    [
        (["login", "name"], [["ann@x.com", "Ann"], ["", "Bo"], ["cy@x.com", "Cy"]], "login"),
        (["login", "secondEmail"], [["ann@x.com", "a@y.com"]], "login"),
        (["login", "secondEmail"], [["ann", "a@y.com"]], "secondEmail"),
        (["user_login", "mail"], [["ann@x.com", "a@y.com"]], "mail"),
    ],
)
def test_a_login_is_the_address_if_all_of_its_cells_look_like_one(
    cells: list[str], sample: list[list[str]], column: str
) -> None:
    assert parse_header(cells, NO_RULES, sample).columns["email"] == cells.index(column)


@pytest.mark.parametrize(
    ("cell", "is_status"), [("Activo", True), (" suspendido", True), ("SP", False), ("", False)]
)
def test_a_state_is_a_status_if_its_cells_are(cell: str, *, is_status: bool) -> None:
    header = parse_header(["email", "Estado"], NO_RULES, [["ann@x.com", cell]])
    assert ("is_active" in header.columns) == is_status
