"""What each mail says, and whether there is still a reason to send it."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from core.http.language import CODES
from users_uc.mail.links import LIFETIMES, Purpose, link
from users_uc.models import Mail, User

_HOUR: Final = timedelta(hours=1)


def compose(mail: Mail) -> EmailMessage | None:
    """The mail as it is now; None where nobody is to get it any more. It also finds its user.

    The texts name nobody: a stranger who signs up with another's address would choose the words.
    """
    if mail.is_for_any_holder:
        mail.user = User.objects.filter(email=mail.address).first()
    user = mail.user
    if user is None or not user.is_active:
        return None
    if not _is_wanted(mail, user):
        return None
    subject, _, body = _text(mail, user).partition("\n\n")
    return EmailMessage(
        subject=subject.strip(),
        body=body,
        to=[mail.address or user.email],
        headers={"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"},
    )


def _is_wanted(mail: Mail, user: User) -> bool:
    match mail.kind:
        case Mail.Kind.ACTIVATION:
            return not user.has_verified_email()
        case Mail.Kind.EMAIL_CHANGE:
            return not User.objects.filter(email=mail.address).exists()
    return True


def _text(mail: Mail, user: User) -> str:
    language = mail.language if mail.language in CODES else CODES[0]
    context: dict[str, object] = {"site_name": settings.SITE_NAME, "email": user.email}
    if mail.kind in set(Purpose):
        purpose = Purpose(mail.kind)
        new_email = mail.address if purpose is Purpose.EMAIL_CHANGE else ""
        context["link"] = link(purpose, user, new_email=new_email)
        context |= {"days": LIFETIMES[purpose].days, "hours": LIFETIMES[purpose] // _HOUR}
    return render_to_string(f"mail/{language}/{mail.kind}.txt", context)


def _message_id(mail: Mail) -> str:
    """Always the same for one row: a mail server or program that gets it twice can tell."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{mail.id}@{domain}>"
