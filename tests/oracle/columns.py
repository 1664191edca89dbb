"""Random columns of messy files."""

import json
from dataclasses import dataclass
from random import Random

from tests.oracle import messy_attributes
from tests.oracle.attributes import Attributes
from tests.oracle.header import ERROR_COLUMNS, EXPORT_COLUMNS

_HEADERS = {
    "email": ("email", "E-mail", " EMAIL ", "E\u2011mail", "\u200bEmail", "E-Mail-Adresse:",
              "Adresse e-mail *", "Email Address [Required]", "userEmail"),
    "external_id": ("External ID", "employee_id", "Matrícula", "Personal\u2010Nr.", "ID number"),
    "name": ("name", "Nome", "NAME\t", "Full\xa0Name", "Nom d\u2019affichage", "display_name"),
    "phone": ("phone", "Telefone", "Numer telefonu (opcjonalnie)"),
    "is_active": ("is_active", "Ativo", " ATIVO", "Enabled", "Status"),
    "password": ("password", "Senha"), "password_hash": ("password_hash",),
    "first_name": ("First Name", "givenName", "Vorname"), "last_name": ("Surname", "last_name"),
    "middle_name": ("Middle Name", "Tussenvoegsel"),
    "second_last_name": ("Segundo apellido", "Second surname"),
    "is_inactive": ("Suspended", "Block sign in (Yes/No) [accountEnabled] Required", "Gesperrt"),
    "is_inactive 2": ("Deactivated", "disabled"),
    "must_change_password": ("must_change_password", "Change Password at Next Sign-In",
                             "Exigir troca de senha"),
    "email_verified": ("email_verified", "emailVerified", "E-mail verificado"),
    "phone 2": ("Mobile Phone", "Celular"), "phone 3": ("Work Phone", "Telefon geschäftlich"),
}  # fmt: skip
_MORE_EMAILS = (
    "Recovery Email",
    "Personal e-mail",
    "Secondary e-mail",
    "E-mail 2 Address",
    "user_login",
)
_UNKNOWN_HEADERS = (
    "Departamento", "Shoe size", "is_staff", "is_superuser", "can_import", "id", "groups",
    "Observação", "Quem\nindicou", "last, first", "import_id", "token_version", "-saldo",
)  # fmt: skip
_CUSTOM_HEADERS = {
    "email": "Contato", "name": "Quem é", "phone": "+Fone (cel.)", "is_active": "Estado",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    header: str
    field: str | None


def random_columns(
    rng: Random, options: dict[str, str], attributes: Attributes, *, secrets: bool
) -> list[Column]:
    """Return the columns in random order and add custom headers to the option `columns`.

    A large file has no secrets, because each password costs a hash.
    """
    if rng.random() < 0.05:
        return _own_columns(rng, attributes)
    mapping: dict[str, str | None] = {}
    columns = _known_columns(rng, mapping, secrets=secrets)
    more = messy_attributes.random_columns(rng, attributes, mapping)
    columns += [Column(*column) for column in more]
    if mapping:
        options["columns"] = json.dumps(mapping)
    rng.shuffle(columns)
    error_columns = ERROR_COLUMNS if rng.random() < 0.05 else ()
    return columns + [Column(header, None) for header in error_columns]


def _known_columns(rng: Random, mapping: dict[str, str | None], *, secrets: bool) -> list[Column]:
    """Return columns of known fields and unknown ones, and map some custom headers."""
    secret = rng.choices(([], ["password"], ["password_hash"]), (12, secrets, secrets))[0]
    others = [name for name in ("name", "phone", "is_active") if rng.random() < 0.7]
    others += ["external_id"] if rng.random() < 0.5 else []
    columns = [Column(rng.choice(_HEADERS[f]), f) for f in ["email", *others, *secret]]
    rare = [name for name in ("must_change_password", "email_verified") if rng.random() < 0.2]
    columns += [Column(rng.choice(_HEADERS[field]), field) for field in rare]
    unknown = rng.sample(_UNKNOWN_HEADERS, rng.choice((0, 0, 1, 3)))
    columns += [Column(header, None) for header in unknown]
    if rng.random() < 0.15:
        mapped = rng.sample(sorted(_CUSTOM_HEADERS), 2)
        columns = [
            Column(_CUSTOM_HEADERS[c.field], c.field) if c.field in mapped else c for c in columns
        ]
        custom = _CUSTOM_HEADERS.values()
        mapping |= {c.header.upper(): c.field for c in columns if c.header in custom}
        if "phone" not in others:  # a known header for an unknown column
            columns.append(Column("Telefone", None))
            mapping["telefone"] = None
    return columns


def _own_columns(rng: Random, attributes: Attributes) -> list[Column]:
    """Return the columns of users/export.csv, perhaps with those of its rejected-rows.csv."""
    columns = [Column(name, name if name in _HEADERS else None) for name in EXPORT_COLUMNS]
    columns += [Column(one.field, one.field) for one in attributes]
    rng.shuffle(columns)
    error_columns = ERROR_COLUMNS if rng.random() < 0.2 else ()
    return columns + [Column(header, None) for header in error_columns]


def exported_columns(rng: Random, columns: list[Column]) -> list[Column]:
    """Add columns that make a field together, or are a second choice; replace some of these."""
    if columns[-1].header in ERROR_COLUMNS:
        return columns
    if rng.random() < 0.6:
        known = _HEADERS["name"]
        columns = [c for c in columns if c.field != "name" or c.header not in known]
    more = [
        *("first_name", "middle_name", "last_name", "second_last_name"),
        *("phone 2", "phone 3", "is_inactive", "is_inactive 2"),
    ]
    columns += [Column(rng.choice(_HEADERS[f]), f) for f in more if rng.random() < 0.5]
    columns += [Column(header, None) for header in _MORE_EMAILS if rng.random() < 0.2]
    rng.shuffle(columns)
    return columns
