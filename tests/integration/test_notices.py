"""The upload option `notify`: a mail to the uploader when the import ends."""

import pytest
from pytest_django import Settings

from tasks.lifecycle import cancel, finish
from tasks.models import ImportJob
from tasks.options import Options
from tests.imports import imported, make_job, planned_job, run
from tests.mails import Mailbox
from users_uc.mail.invitations import counts
from users_uc.models import Mail, User
from users_uc.tasks import send_mails

NOTIFY = Options(notify=True)
CONTENT = "email\nann@x.com\nben@x.com\nbad\n"


def notice(mailbox: Mailbox) -> tuple[str, str]:
    """Return the subject and the text of the only mail."""
    send_mails()
    (mail,) = mailbox.mails
    assert mail["To"] == "bob@example.com"
    return str(mail["Subject"]).strip(), mail.get_content().replace("\r\n", "\n").rstrip()


def test_the_uploader_gets_the_counts_and_the_link(
    mailbox: Mailbox, bob: User, settings: Settings
) -> None:
    settings.CONSOLE_URL = "https://a.example.com/console/"
    job = imported(CONTENT, owner=bob, options=NOTIFY)
    subject, text = notice(mailbox)
    assert subject == "Accounts API: import of people.csv has ended"
    assert text == (
        "The import of people.csv at Accounts API has ended.\n\n"
        "Rows: 3\nCreated users: 2\nRejected rows: 1\n\n"
        "Open this page to see the rows and to correct rejected ones:\n\n"
        f"https://a.example.com/console/imports/{job.id}/"
    )


def test_no_mail_is_sent_without_the_option(mailbox: Mailbox, bob: User) -> None:
    imported(CONTENT, owner=bob)
    assert not Mail.objects.exists()


def test_the_mail_is_in_the_language_of_the_upload(mailbox: Mailbox, bob: User) -> None:
    job = make_job("email\n" + "".join(f"u{n}@x.com\n" for n in range(1200)), owner=bob,
                   options=Options(notify=True, language="en"))  # fmt: skip
    ImportJob.objects.filter(id=job.id).update(language="pt-br")
    run(job)
    subject, text = notice(mailbox)
    assert subject == "Accounts API: a importação de people.csv terminou"
    assert "Usuários criados: 1.200" in text


def test_a_dry_run_says_so(mailbox: Mailbox, bob: User) -> None:
    imported(CONTENT, owner=bob, options=Options(notify=True, dry_run=True))
    subject, text = notice(mailbox)
    assert subject == "Accounts API: dry run of people.csv has ended"
    assert "No user was written" in text
    assert "Created users: 2" in text


@pytest.mark.parametrize("content", ["name\nAnn\n", 'email\n"a@x.com\n'])
def test_a_file_that_cannot_be_imported_sends_a_mail(
    mailbox: Mailbox, bob: User, content: str
) -> None:
    job = imported(content, owner=bob, options=NOTIFY)
    subject, text = notice(mailbox)
    assert job.status == "FAILURE"
    assert subject == "Accounts API: import of people.csv has failed"
    assert job.error_message in text


def test_an_import_that_is_stopped_by_its_errors_sends_a_mail(mailbox: Mailbox, bob: User) -> None:
    imported(CONTENT, owner=bob, options=Options(notify=True, on_error="abort"))
    subject, text = notice(mailbox)
    assert subject == "Accounts API: import of people.csv has failed"
    assert "Rows that were not imported: 2" in text


@pytest.mark.parametrize("planned", [False, True])
def test_a_cancelled_import_sends_a_mail(mailbox: Mailbox, bob: User, planned: bool) -> None:
    job = planned_job(CONTENT, NOTIFY) if planned else make_job(CONTENT, options=NOTIFY)
    ImportJob.objects.filter(id=job.id).update(owner=bob)
    for _ in range(2):
        assert cancel.cancel(job)
    subject, _text = notice(mailbox)
    assert subject == "Accounts API: import of people.csv was cancelled"


def test_finishing_again_sends_no_second_mail(mailbox: Mailbox, bob: User) -> None:
    job = imported(CONTENT, owner=bob, options=NOTIFY)
    assert not finish.finish_job(job.id)
    run(job)
    assert Mail.objects.count() == 1


def test_an_end_that_is_not_committed_leaves_no_mail(
    mailbox: Mailbox, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(CONTENT, owner=bob, options=NOTIFY)

    def die(place: str) -> None:
        raise InterruptedError(place)

    with monkeypatch.context() as patch:
        patch.setattr(finish, "failpoint", die)
        with pytest.raises(InterruptedError):
            run(job)
    assert not Mail.objects.exists()
    assert finish.finish_job(job.id)
    notice(mailbox)


def test_an_uploader_who_was_deleted_gets_no_mail(mailbox: Mailbox, bob: User) -> None:
    job = make_job(CONTENT, owner=bob, options=NOTIFY)
    User.objects.filter(pk=bob.pk).delete()
    ImportJob.objects.filter(id=job.id).update(owner_id=bob.pk)
    assert run(job).status == "SUCCESS"
    assert not Mail.objects.exists()


def test_an_uploader_who_was_deactivated_gets_no_mail(mailbox: Mailbox, bob: User) -> None:
    imported(CONTENT, owner=bob, options=NOTIFY)
    bob.deactivate()
    send_mails()
    assert mailbox.mails == []


def test_each_of_many_imports_sends_a_mail(mailbox: Mailbox, bob: User) -> None:
    for _ in range(7):
        imported(CONTENT, owner=bob, options=NOTIFY)
    send_mails()
    assert len(mailbox.to("bob@example.com")) == 7


def test_a_file_name_is_one_line_of_the_subject(mailbox: Mailbox, bob: User) -> None:
    job = make_job(CONTENT, owner=bob, options=NOTIFY)
    name = "a\r\n\r\nBcc: eve@x.com\u202e" + "é" * 200
    ImportJob.objects.filter(id=job.id).update(file_name=name)
    run(job)
    subject, _text = notice(mailbox)
    assert subject.startswith("Accounts API: import of a    Bcc: eve@x.com éé")
    assert len(subject) < 150


@pytest.mark.parametrize(
    ("enabled", "url"), [(False, "https://a.example.com/console/"), (True, "")]
)
def test_without_a_console_the_mail_has_the_id(
    mailbox: Mailbox, bob: User, settings: Settings, enabled: bool, url: str
) -> None:
    settings.CONSOLE_ENABLED, settings.CONSOLE_URL = enabled, url
    job = imported(CONTENT, owner=bob, options=NOTIFY)
    _subject, text = notice(mailbox)
    assert text.endswith(f"\n\nThe id of the import is {job.id}.")
    assert "http" not in text


def test_no_mail_is_kept_for_a_service_that_sends_none(
    transactional_db: None, bob: User, settings: Settings
) -> None:
    imported(CONTENT, owner=bob, options=NOTIFY)
    assert not Mail.objects.exists()


def test_invitations_are_counted_without_the_notice(mailbox: Mailbox, bob: User) -> None:
    job = imported(CONTENT, owner=bob, options=Options(notify=True, invite=True))
    assert counts(job.id)["total"] == 2
