"""What is asked for by mail, and confirmed with the link that came."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from rest_framework import serializers

from users_uc.fields import EmailField, TextField, check_password_strength, password_field
from users_uc.mail.links import SETTING_A_PASSWORD, InvalidLinkError, Opened, Purpose, opened
from users_uc.models import User
from users_uc.serializers.me import OwnPasswordSerializer


class AddressSerializer(serializers.Serializer[User]):
    """To whom a mail is to be sent."""

    email = EmailField(max_length=254)


class NewEmailSerializer(OwnPasswordSerializer):
    """Another address, for who knows the password."""

    new_email = EmailField(max_length=254)


class LinkSerializer(serializers.Serializer[User]):
    """The two parts of a link, as they stand in its address."""

    uid = TextField(max_length=32)
    token = TextField(max_length=1024)

    @contextmanager
    def opened(self, *purposes: Purpose) -> Iterator[Opened]:
        """Do what the link is for, in one transaction. ValidationError where it does not count."""
        self.is_valid(raise_exception=True)
        try:
            with opened(
                self.validated_data["uid"], self.validated_data["token"], *purposes
            ) as link:
                yield link
        except InvalidLinkError:
            problem = _("The link was used already, or is too old; ask for a new one.")
            detail = serializers.ErrorDetail(problem, code="invalid_link")
            raise serializers.ValidationError({"token": [detail]}) from None


class NewPasswordSerializer(LinkSerializer):
    """A password, for who has the link."""

    new_password = password_field()

    def set_password(self) -> None:
        """It also shows whose address it is."""
        with self.opened(*SETTING_A_PASSWORD) as link:
            user, password = link.user, self.validated_data["new_password"]
            check_password_strength(password, user, field="new_password")
            user.verified_email = user.email
            user.set_password(password)
            user.save(update_fields=["password", "verified_email"])
