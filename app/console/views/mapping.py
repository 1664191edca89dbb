"""The page of a complete upload: its columns and the options of its import."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.request import Request

from console import choices, labels, mapping, remembered
from console.headlines import columns_headline
from console.mapping import Preview
from console.models import Upload
from console.page import Page, UsesConsole
from console.problems import explain
from console.start import find_import, keep_options, start
from core.http.language import CODES
from core.http.throttling import UploadThrottle
from core.mails import mail_is_configured
from tasks.intake.inspection import Inspection
from tasks.options import UPDATABLE, Options
from tasks.reading.header_columns import FIELDS
from tasks.views.upload import CanImport, as_api_errors
from users_uc.auth import caller

_REPEATS: Final = "again"
"""The field of a form that imports a file with the options of its dry run."""


class UnknownUpload(NotFound):
    """The upload does not exist, or it is another user's. The answer is the same."""


class UploadPage(Page):
    """A page of an upload of the caller. Any other upload is a 404."""

    permission_classes = [UsesConsole, CanImport]
    section = "import"
    part = "mapping.html"

    _upload: Upload | None = None

    def check_permissions(self, request: Request) -> None:
        """Find the upload of a caller who may import."""
        super().check_permissions(request)
        mine = Upload.objects.filter(owner=caller(request))
        self._upload = mine.filter(id=self.kwargs["upload_id"]).first()

    @property
    def upload(self) -> Upload:
        """The upload. Raises `UnknownUpload`."""
        if self._upload is None:
            raise UnknownUpload
        return self._upload

    def elsewhere(self) -> HttpResponse | None:
        """Lead to the import of an upload that is gone, or to the rest of an incomplete upload."""
        if self._upload is None:
            job = find_import(self.kwargs["upload_id"], caller(self.request))
            return self.lead_to(reverse("console-job", args=[job.id])) if job else None
        if not self._upload.is_complete:
            self.note(_("The upload of this file is not complete. Choose the file again."))
            return self.lead_to(reverse("console-import"))
        return None

    def to_mapping(self) -> HttpResponse:
        """Lead to the page of the upload, or to its error."""
        return self.lead_to(reverse("console-mapping", args=[self.kwargs["upload_id"]]))

    def show(
        self, preview: Preview, values: Any, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        """Return the page, or the part of it that follows the choice of a column."""
        attributes = labels.attribute_choices(preview.inspection.rules.attributes)
        forbidden = preview.inspection.rules.forbidden
        return self.page(
            self.part,
            status=status,
            upload=self.upload,
            preview=preview,
            columns_headline=columns_headline(preview),
            values=values,
            fields=labels.field_choices(one for one in FIELDS if one not in forbidden),
            attributes=attributes,
            updatable=labels.field_choices(UPDATABLE) + attributes,
            encodings=labels.encoding_choices(),
            delimiters=labels.delimiter_choices(),
            encoding_label=labels.encoding_label(preview.facts["encoding"] or ""),
            delimiter_label=labels.delimiter_label(preview.facts["delimiter"] or ""),
            mail_is_configured=mail_is_configured(),
            languages=CODES,
            hidden=choices.hidden_fields(preview),
            has_more=choices.has_more(values),
            **context,
        )

    def refused(self, error: dict[str, Any], status: int) -> HttpResponse:
        """Show the form again as it was sent, with the error."""
        upload = self._upload
        has_no_form = error["code"] in (ParseError.default_code, NotFound.default_code)
        has_no_form = has_no_form or _REPEATS in self.form
        if has_no_form or upload is None or not upload.is_complete:
            return self.to_mapping() if self.htmx else super().refused(error, status)
        invalid = [*error.get("fields", ()), "columns"]
        options = choices.posted_reading(self.form, without=invalid)
        inspection = mapping.read(upload, options, caller(self.request))
        preview = mapping.preview(
            inspection,
            chosen=choices.posted_fields(self.form),
            sheets=choices.posted_sheets(self.form),
        )
        error["message"] = explain(error["code"], error["message"])
        return self.show(preview, choices.values_posted(self.form), status=status, error=error)


class MappingView(UploadPage):
    def get(self, request: Request, **kwargs: object) -> HttpResponse:
        if (answer := self.elsewhere()) is not None:
            return answer
        user, options = caller(request), self._options()
        inspection = mapping.read(self.upload, options, user)
        found = remembered.recall(user, mapping.preview(inspection).headers)
        if found and not self.upload.options:
            options = replace(options, columns=mapping.usable(found, user))
            inspection = mapping.read(self.upload, options, user)
        is_remembered = found == options.columns
        preview = mapping.preview(inspection, is_remembered=is_remembered)
        is_recalled = is_remembered and bool(found)
        return self.show(preview, choices.values_of(options), is_recalled=is_recalled)

    def _options(self) -> Options:
        """Return the options that the user has chosen before, else those of a new upload."""
        if not self.upload.options:
            return Options(language=get_language() or CODES[0], notify=mail_is_configured())
        options = Options.from_json(self.upload.options)
        return replace(options, columns=mapping.usable(options.columns, caller(self.request)))


class PartOfUploadPage(UploadPage):
    """A view of the form. A browser that opens its URL gets the page."""

    throttle_classes = [UploadThrottle]

    def get(self, request: Request, **kwargs: object) -> HttpResponse:
        return self.to_mapping()


class PreviewView(PartOfUploadPage):
    """The columns as another choice has them read."""

    @property
    def part(self) -> str:  # type: ignore[override]
        """The part that htmx puts into the page, or the page for a browser without JavaScript."""
        return "_preview.html" if self.htmx else "mapping.html"

    def post(self, request: Request, **kwargs: object) -> HttpResponse:
        if (answer := self.elsewhere()) is not None:
            return answer
        if "forget" in self.form:
            return self._forget()
        with as_api_errors():
            inspection = self._read(choices.posted_reading(self.form))
        preview = mapping.preview(inspection, sheets=choices.posted_sheets(self.form))
        if inspection.error is None:
            names = ("encoding", "delimiter", "sheet", "columns")
            self._keep(**{name: getattr(inspection.options, name) for name in names})
        return self.show(preview, choices.values_posted(self.form), is_changed=True)

    def _read(self, options: Options) -> Inspection:
        before, user = Options.from_json(self.upload.options), caller(self.request)
        if (options.sheet, options.delimiter) != (before.sheet, before.delimiter):
            return mapping.read(self.upload, options, user)
        chosen = choices.posted_fields(self.form)
        return mapping.read_in_other_encoding(self.upload, options, user, chosen=chosen)

    def _forget(self) -> HttpResponse:
        """Forget what the columns meant in an earlier file."""
        remembered.forget(caller(self.request), choices.posted_headers(self.form))
        self._keep(columns={})
        return self.to_mapping()

    def _keep(self, **changes: Any) -> None:
        keep_options(self.upload, replace(Options.from_json(self.upload.options), **changes))


class StartView(PartOfUploadPage):
    """The start of the import, or of its dry run."""

    def post(self, request: Request, **kwargs: object) -> HttpResponse:
        if (answer := self.elsewhere()) is not None:
            return answer
        if _REPEATS in self.form:
            job = start(self.upload, Options.from_json(self.upload.options), request)
        else:
            options = choices.posted_options(self.form)
            job = start(self.upload, options, request, after=self.form.get("after", ""))
            remembered.remember(caller(request), choices.posted_headers(self.form), options.columns)
        return self.lead_to(reverse("console-job", args=[job.id]))
