"""The upload option `invite`: a mail to each user whom an import creates."""

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from tasks.options import Options
from tests.imports import imported
from tests.mails import Mailbox
from users_uc.mail.invitations import counts
from users_uc.models import Mail, User
from users_uc.tasks import send_invitations, send_mails

INVITE = Options(invite=True)


def invited(mailbox: Mailbox) -> list[str]:
    send_invitations()
    return sorted(mail["To"] for mail in mailbox.mails)


def test_every_created_user_is_invited(mailbox: Mailbox) -> None:
    imported("email\nann@x.com\nben@x.com\n", options=INVITE)
    assert invited(mailbox) == ["ann@x.com", "ben@x.com"]
    assert mailbox.link_to("ann@x.com", "password/reset/confirm")


def test_no_user_is_invited_without_the_option(mailbox: Mailbox) -> None:
    imported("email\nann@x.com\n")
    assert not Mail.objects.exists()


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_an_existing_user_is_not_invited(mailbox: Mailbox, mode: str) -> None:
    """With create the chunk goes through COPY, with upsert through an INSERT statement."""
    User.objects.create_user("ann@x.com")
    options = Options(invite=True, mode=mode)  # type: ignore[arg-type]
    job = imported("email,name\nann@x.com,Ann\nben@x.com,Ben\n", options=options)
    assert job.created == 1
    assert invited(mailbox) == ["ben@x.com"]


def test_an_inactive_user_is_not_invited(mailbox: Mailbox) -> None:
    imported("email,is_active\nann@x.com,false\nben@x.com,true\ncem@x.com,\n", options=INVITE)
    assert invited(mailbox) == ["ben@x.com", "cem@x.com"]


def test_a_user_deactivated_before_the_invitation_is_sent_gets_none(mailbox: Mailbox) -> None:
    job = imported("email\nann@x.com\nben@x.com\n", options=INVITE)
    User.objects.get(email="ann@x.com").deactivate()
    assert invited(mailbox) == ["ben@x.com"]
    assert counts(job.id) == {"total": 2, "waiting": 0, "sent": 1, "given_up": 1}


def test_rejected_and_duplicate_rows_send_no_invitation(mailbox: Mailbox) -> None:
    imported("email\nann@x.com\nANN@X.COM\nnot an address\n", options=INVITE)
    assert invited(mailbox) == ["ann@x.com"]


@pytest.mark.parametrize(
    "options", [Options(invite=True, dry_run=True), Options(invite=True, on_error="abort")]
)
def test_an_import_that_creates_no_user_sends_no_invitation(
    mailbox: Mailbox, options: Options
) -> None:
    imported("email\nann@x.com\nbad\n", options=options)
    assert not Mail.objects.exists()


def test_a_user_with_a_password_is_invited_too(mailbox: Mailbox) -> None:
    imported("email,password\nann@x.com,correct horse battery\n", options=INVITE)
    assert invited(mailbox) == ["ann@x.com"]


def test_an_invitation_is_in_the_language_of_the_upload(mailbox: Mailbox) -> None:
    imported("email\nann@x.com\n", options=Options(invite=True, language="pt-br"))
    send_invitations()
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Accounts API: você tem uma conta"
    assert "Uma conta em Accounts API foi criada para você" in mail.get_content()


def test_an_invitation_names_the_service_in_subject_and_first_line(
    mailbox: Mailbox, settings: Settings
) -> None:
    settings.SITE_NAME = "Ação & Co."
    imported("email\nann@x.com\n", options=INVITE)
    send_invitations()
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Ação & Co.: you have an account"
    assert mail.get_content().startswith("An account at Ação & Co. was created for you")


def test_the_number_of_invitations_per_minute_is_limited(
    mailbox: Mailbox, settings: Settings
) -> None:
    settings.INVITATIONS_PER_MINUTE = 2
    job = imported("email\na@x.com\nb@x.com\nc@x.com\n", options=INVITE)
    assert len(invited(mailbox)) == 2
    assert counts(job.id) == {"total": 3, "waiting": 1, "sent": 2, "given_up": 0}
    settings.INVITATIONS_PER_MINUTE = 10
    assert len(invited(mailbox)) == 3


def test_urgent_mails_do_not_wait_behind_invitations(
    mailbox: Mailbox, settings: Settings, charlie: User
) -> None:
    settings.INVITATIONS_PER_MINUTE = 1
    imported("email\na@x.com\nb@x.com\n", options=INVITE)
    Mail.objects.create(kind=Mail.Kind.PASSWORD_RESET, address=charlie.email, language="en")
    send_mails()
    assert [mail["To"] for mail in mailbox.mails] == [charlie.email]


def test_no_user_is_invited_twice(mailbox: Mailbox) -> None:
    """The first import creates the user, the second one finds the user."""
    for _ in range(2):
        imported("email\nann@x.com\n", options=INVITE)
        invited(mailbox)
    Mail.objects.update(due_at=Now())
    assert invited(mailbox) == ["ann@x.com"]


def test_erasing_a_user_deletes_the_invitation(mailbox: Mailbox) -> None:
    imported("email\nann@x.com\n", options=INVITE)
    User.objects.get().delete()
    assert not Mail.objects.exists()
    assert invited(mailbox) == []
