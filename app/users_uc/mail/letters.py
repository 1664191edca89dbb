"""The subject and text of each mail, and the check that it should still be sent."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from core.http.language import CODES
from users_uc.mail.links import LIFETIMES, Purpose, import_page, link
from users_uc.models import Mail, User

_HOUR: Final = timedelta(hours=1)


def compose(mail: Mail) -> EmailMessage | None:
    """Return the message, or `None` if there is no longer a reason to send it.

    Sets `mail.user` if the mail is for the present holder of an e-mail address. The texts do not
    contain the user's name: a stranger who registers with another e-mail address chooses that name.
    """
    if mail.is_for_any_holder:
        mail.user = User.objects.filter(email=mail.address).first()
    user = mail.user
    if user is None or not user.is_active or not _has_reason(mail, user):
        return None
    subject, _, body = _render(mail, user).partition("\n\n")
    return EmailMessage(
        subject=subject.strip(),
        body=body,
        to=[mail.address or user.email],
        headers={"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"},
    )


def _has_reason(mail: Mail, user: User) -> bool:
    match mail.kind:
        case Mail.Kind.ACTIVATION:
            return not user.has_verified_email()
        case Mail.Kind.EMAIL_CHANGE:
            return not User.objects.filter(email=mail.address).exists()
    return True


def _render(mail: Mail, user: User) -> str:
    language = mail.language if mail.language in CODES else CODES[0]
    context: dict[str, object] = {"site_name": settings.SITE_NAME, "email": user.email}
    if mail.kind in set(Purpose):
        purpose = Purpose(mail.kind)
        new_email = mail.address if purpose is Purpose.EMAIL_CHANGE else ""
        context["link"] = link(purpose, user, new_email=new_email)
        context |= {"days": LIFETIMES[purpose].days, "hours": LIFETIMES[purpose] // _HOUR}
    if mail.kind == Mail.Kind.IMPORT_ENDED:
        context |= mail.context | {"link": import_page(mail.import_id), "import_id": mail.import_id}
    if mail.kind == Mail.Kind.WEBHOOK_DISABLED:
        context |= mail.context
    return render_to_string(f"mail/{language}/{mail.kind}.txt", context)


def _message_id(mail: Mail) -> str:
    """Return the same id for each attempt, so that a mail server or program detects a duplicate."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{mail.id}@{domain}>"
