"""Accept-Language: the messages of imports, of their rows and of their files."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.languages import send
from tests.imports import make_job, outcome
from users_uc.models import User

STATUS = "/api/v1/imports/"

type Imported = Callable[..., ImportJob]

ROWS = "email,name\nbad,Ann\nann@x.com,Ann,1\nann@x.com,Ann\nAnn@x.com,Zoe\n"
REASONS = [
    "Este não é um endereço de e-mail válido.",
    (
        "A linha tem 3 células, mais que os nomes do cabeçalho. "
        "Ponha entre aspas a célula que contém o delimitador."
    ),
    "A linha 4 tem o mesmo endereço de e-mail. Só aquela linha é importada.",
]


def test_errors_of_rejected_rows_are_translated(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, ROWS)
    for url in (f"{STATUS}{job.id}/rows/", f"{STATUS}{job.id}/"):
        document = send(as_bob, "pt-BR", "get", url).json()  # type: ignore[attr-defined]
        rows = document.get("results", document.get("errors"))
        assert [row["message"] for row in rows] == REASONS
        assert [row["code"] for row in rows] == [
            "invalid_email", "too_many_columns", "duplicate_in_file",
        ]  # fmt: skip
    english = as_bob.get(f"{STATUS}{job.id}/rows/").json()["results"]
    assert english[0]["message"] == "This is not a valid e-mail address."


def failed_rows(client: APIClient, job: ImportJob, query: str = "") -> bytes:
    """Download the job's rejected-rows.csv in Portuguese."""
    answer = send(client, "pt-BR", "get", f"{STATUS}{job.id}/rejected-rows.csv{query}")
    assert answer.status_code == 200
    assert answer["Content-Language"] == "pt-br"
    return answer.getvalue()


def test_a_translated_failed_rows_csv_can_be_uploaded_again(
    as_bob: APIClient, imported: Imported
) -> None:
    content = failed_rows(as_bob, imported(as_bob, ROWS)).decode()
    head, *rows = csv.reader(StringIO(content))
    assert head[-4:] == ["error_line", "error_column", "error_code", "error_message"]
    assert [row[-1] for row in rows] == REASONS
    again = imported(as_bob, content.replace("bad,", "zoe@x.com,"))
    assert outcome(again) == {"rows": 3, "created": 1, "skipped": 1, "failed": 1}
    assert again.ignored_columns == []


def test_the_message_of_skipped_rows_is_translated(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email\nbob@example.com\n")
    content = failed_rows(as_bob, job, "?include=skipped").decode()
    assert "O usuário já existe e não foi alterado." in content


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-16", "não é um endereço de e-mail válido"),
        ("iso-8859-1", "não é um endereço de e-mail válido"),
        ("us-ascii", "nao e um endereco de e-mail valido"),
        ("koi8-r", "nao e um endereco de e-mail valido"),
        ("shift_jis", "nao e um endereco de e-mail valido"),
    ],
)
def test_messages_lose_the_accents_that_the_encoding_lacks(
    as_bob: APIClient, imported: Imported, encoding: str, words: str
) -> None:
    job = imported(as_bob, "email\nbad\n".encode(encoding), encoding=encoding)
    assert words in failed_rows(as_bob, job).decode(job.encoding)


FAILURES: dict[str, tuple[str, dict[str, str], str, str]] = {
    "with numbers": (
        "email\n" + "bad\n" * 1001 + "ann@x.com\n", {"on_error": "abort"},
        ("1,001 of 1,002 rows were rejected and on_error is abort, so nothing was imported. "
         "Correct these rows and upload the file again."),
        ("1.001 de 1.002 linhas foram rejeitadas e on_error é abort, portanto nada foi importado. "
         "Corrija essas linhas e envie o arquivo de novo."),
    ),
    "with a line": (
        'email\nann@x.com\n"zoe@x.com\n', {},
        ("The quote opened in line 3 is not closed before the end of the file. Close the quote, or "
         "double it if it belongs to the cell."),
        ("A aspa aberta na linha 3 não fecha até o fim do arquivo. Feche a aspa, ou duplique-a se "
         "ela pertence à célula."),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "options", "english", "portuguese"), FAILURES.values(), ids=FAILURES.keys()
)
def test_the_error_of_an_import_has_the_language_of_the_request(
    as_bob: APIClient,
    imported: Imported,
    content: str,
    options: dict[str, str],
    english: str,
    portuguese: str,
) -> None:
    job = imported(as_bob, content, **options)
    assert job.error_message == english
    answers = [
        send(as_bob, language, "get", f"{STATUS}{job.id}/") for language in ("de", "pt", "en")
    ]
    errors = [answer.json()["error"] for answer in answers]  # type: ignore[attr-defined]
    assert [error["message"] for error in errors] == [english, portuguese, english]
    assert len({error["code"] for error in errors}) == 1


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {"template": "No column is headed {x}.", "values": {"x": "email"}},
        {"id": "of_a_later_version", "params": {}},
        {"id": "with_options", "params": {"problem": {"id": "of_a_later_version", "params": {}}}},
    ],
    ids=["none", "sentence", "unknown id", "unknown id inside"],
)
def test_an_error_stored_by_another_version_is_in_english(
    as_bob: APIClient, bob: User, stored: dict[str, object] | None
) -> None:
    job = make_job("email\n", owner=bob)
    text = "No column is headed email or e-mail; found: {x}, 100%."
    ImportJob.objects.filter(id=job.id).update(
        status="FAILURE",
        error_code="missing_email_column",
        error_message=text,
        error_stored=stored,
    )
    answer = send(as_bob, "pt-BR", "get", f"{STATUS}{job.id}/")
    assert answer.json()["error"]["message"] == text  # type: ignore[attr-defined]


def test_the_etag_depends_on_the_language(as_bob: APIClient, imported: Imported) -> None:
    url = f"{STATUS}{imported(as_bob, ROWS).id}/"
    tags = {
        language: send(as_bob, language, "get", url)["ETag"] for language in ("en", "pt-BR", "pt")
    }
    assert tags["pt"] == tags["pt-BR"] != tags["en"]
    for language, status in [("pt-BR", 304), ("en", 200)]:
        answer = as_bob.get(url, HTTP_ACCEPT_LANGUAGE=language, HTTP_IF_NONE_MATCH=tags["pt-BR"])
        assert answer.status_code == status
        assert answer["Vary"]


def test_warnings_are_translated(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email,name\nann@x.com,José\n".encode("windows-1252"))
    document = send(as_bob, "pt-BR", "get", f"{STATUS}{job.id}/").json()  # type: ignore[attr-defined]
    (warning,) = document["warnings"]
    assert warning == {
        "code": "encoding_guessed",
        "message": "O arquivo não está em UTF-8 e foi lido como windows-1252 (“José”). Se houver "
        "letras erradas, envie-o de novo com a opção encoding.",
    }
