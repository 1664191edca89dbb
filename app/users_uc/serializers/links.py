"""Serializers of requests for mails and of the links in them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.http.known_fields import KnownFields
from users_uc import emails
from users_uc.fields import EmailField, TextField, check_password_strength, password_field
from users_uc.mail.links import PASSWORD_PURPOSES, InvalidLinkError, OpenedLink, Purpose, open_link
from users_uc.serializers.me import OwnPasswordSerializer


class AddressSerializer(KnownFields):
    """The e-mail address that a mail is sent to."""

    email = EmailField(max_length=emails.MAX_LENGTH)


class NewEmailSerializer(OwnPasswordSerializer):
    """A new e-mail address and the current password."""

    new_email = EmailField(max_length=emails.MAX_LENGTH)


class LinkSerializer(KnownFields):
    """The two parts of a link, as in its URL."""

    uid = TextField(max_length=32)
    token = TextField(max_length=1024)

    @contextmanager
    def open(self, *purposes: Purpose) -> Iterator[OpenedLink]:
        """Check the link, and run the body in a transaction that locks the user.

        Raises `ValidationError`.
        """
        self.is_valid(raise_exception=True)
        uid, token = self.validated_data["uid"], self.validated_data["token"]
        try:
            with open_link(uid, token, *purposes) as link:
                yield link
        except InvalidLinkError:
            message = _("The link is invalid, expired or already used. Request a new one.")
            detail = serializers.ErrorDetail(message, code="invalid_link")
            raise serializers.ValidationError({"token": [detail]}) from None


class NewPasswordSerializer(LinkSerializer):
    """A link and a new password."""

    new_password = password_field()

    def set_password(self) -> None:
        """Set the password. The link also confirms the e-mail address."""
        with self.open(*PASSWORD_PURPOSES) as link:
            user, password = link.user, self.validated_data["new_password"]
            check_password_strength(password, user, field="new_password")
            user.verified_email = user.email
            user.choose_password(password)
            user.save(update_fields=["password", "must_change_password", "verified_email"])
