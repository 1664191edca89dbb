"""Declared attributes in Django's admin."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from users_uc import declarations
from users_uc.attribute_queries import existing_attributes, lock_declarations
from users_uc.attributes.declared import (
    CHOICE_MAX_LENGTH,
    HEADER_MAX_LENGTH,
    MAX_CHOICES,
    MAX_HEADERS,
)
from users_uc.models import Attribute


class _LinesField(forms.CharField):
    """A list of texts, one in each line."""

    widget = forms.Textarea

    def __init__(self, *, max_lines: int, line_length: int, **texts: Any) -> None:
        super().__init__(required=False, **texts)
        self._max_lines, self._line_length = max_lines, line_length

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the lines. Raises `ValidationError` for too many or too long ones."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self._max_lines or any(len(line) > self._line_length for line in lines):
            message = gettext("Enter at most {lines} lines of {characters} characters.")
            raise forms.ValidationError(
                message.format(lines=self._max_lines, characters=self._line_length)
            )
        return lines


class AttributeForm(forms.ModelForm[Attribute]):
    """The form of an attribute, with the rules of the API."""

    choices = _LinesField(
        max_lines=MAX_CHOICES,
        line_length=CHOICE_MAX_LENGTH,
        label=_("Choices"),
        help_text=_("For the type choice: one value in each line."),
    )
    headers = _LinesField(
        max_lines=MAX_HEADERS,
        line_length=HEADER_MAX_LENGTH,
        label=_("Headers"),
        help_text=_("Headers of columns that mean the attribute, one in each line."),
    )

    class Meta:
        model = Attribute
        fields = (
            *("name", "type", "choices", "required"),
            *("label_en", "label_pt_br", "headers"),
        )

    def _post_clean(self) -> None:
        """Check the attribute against the stored ones, once Django has set its values."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                declarations.lock_and_check(self.instance)
            except declarations.ConflictError as error:
                self.add_error(None, str(error))


@admin.register(Attribute)
class AttributeAdmin(admin.ModelAdmin[Attribute]):
    """Declared attributes. A deleted one is hidden while a task removes its values."""

    form = AttributeForm
    list_display = ("name", "type", "required", "label_en", "label_pt_br")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attribute]:
        return existing_attributes()

    def lock_first(self, request: HttpRequest, object_id: str | None) -> tuple[()]:
        """Lock the declarations before the user of the session is locked."""
        lock_declarations()
        return ()

    def get_readonly_fields(self, request: HttpRequest, obj: Attribute | None = None) -> Any:
        """Return the name of an existing attribute, which is fixed."""
        return () if obj is None else ("name",)

    def delete_model(self, request: HttpRequest, obj: Attribute) -> None:
        declarations.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Attribute]) -> None:
        for attribute in queryset:
            declarations.delete(attribute)
