"""Files that an administrator has, as paths to choose in a browser."""

from pathlib import Path

from tests.workbooks import xlsx

HEADERS = ("Matrícula", "Nome completo", "E-mail", "Celular", "Situação", "Departamento")


def brazilian_export(folder: Path, key: str, *, rows: int = 40, wrong: int = 3) -> Path:
    """Write a workbook as a Brazilian system exports it. The first `wrong` rows are rejected.

    A title and a blank row stand in front of the header. `key` makes the users differ.
    """
    title: list[tuple[object, ...]] = [("Relatório de colaboradores",), (), HEADERS]
    users: list[tuple[object, ...]] = [
        (
            f"{key}-{number:05}",
            f"João Gonçalves {number}",
            f"{key}.{number}{'' if number < wrong else '@'}escola.example",
            f"(11) 9{number:04}-1234",
            "Ativo",
            "Secretaria",
        )
        for number in range(rows)
    ]
    path = folder / f"funcionários {key}.xlsx"
    path.write_bytes(xlsx(title + users))
    return path


def csv_file(folder: Path, key: str, *, rows: int, padding: int = 0) -> Path:
    """Write a CSV file of new users, with a column of `padding` characters that is ignored."""
    path = folder / f"{key}.csv"
    note = "x" * padding
    with path.open("w") as file:
        file.write("email,name,note\n")
        file.writelines(f"{key}{n}@example.com,User {n},{note}\n" for n in range(rows))
    return path
