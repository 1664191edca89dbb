"""The plan of a file whose encoding was guessed from its beginning."""

import pytest

from tasks.models import ImportJob
from tests.imports import make_job, run

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_column_of_passwords_that_only_the_plan_recognises_hides_the_file() -> None:
    """Fails if the file stays after the import: intake read `hasło` in another encoding."""
    content = "email,name,hasło\nann@x.com,Łukasz Żółć,tajne wyjście 77\n".encode("windows-1250")
    job = make_job(content)
    ImportJob.objects.filter(id=job.id).update(encoding="windows-1252", has_secrets=False)
    job = run(job)
    assert (job.encoding, job.has_secrets, job.passwords) == ("windows-1250", True, 1)
    assert job.encoding_guess == {
        "values": [],
        "alternatives": {name: [] for name in (job.encoding_guess or {})["alternatives"]},
    }


def test_a_certain_encoding_is_not_guessed() -> None:
    job = make_job("\ufeffemail,name\nann@x.com,Łukasz\n".encode("utf-16-le"))
    ImportJob.objects.filter(id=job.id).update(encoding="utf-16-le")
    assert run(job).encoding_guess is None
