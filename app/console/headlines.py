"""Where an import or a file stands, in one sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.mapping import Preview
from tasks.models import ImportJob


def phase_headline(job: ImportJob, phase: str) -> str:
    """Return what happens to an import that has not ended."""
    if phase == "planning":
        return _("The file is checked.")
    if phase != "queued":
        return _("The import is tried.") if _is_try(job) else _("The users are imported.")
    if job.queued_at is None:
        return _("The file waits for an earlier one of yours.")
    return _("The file waits for its turn.")


def result_headline(job: ImportJob) -> str:
    """Return how an import has ended."""
    if job.status == ImportJob.Status.SUCCESS:
        return _success(job)
    is_partly_done = bool(job.created or job.updated)
    if job.status == ImportJob.Status.REVOKED:
        if is_partly_done:
            return _("The import was cancelled. A part of it is done.")
        return _("The import was cancelled. Nothing is imported.")
    if _is_try(job):
        return _("The import would fail.")
    if is_partly_done:
        return _("The import failed. A part of it is done.")
    return _("The import failed. Nothing is imported.")


def _success(job: ImportJob) -> str:
    if _is_try(job):
        return _("This was a try. Nothing is imported.")
    if job.failed:
        return _("The import is done. Some rows were rejected.")
    return _("The import is done.")


def _is_try(job: ImportJob) -> bool:
    return bool(job.options.get("dry_run"))


def columns_headline(preview: Preview) -> str:
    """Return how many columns of a file are imported, and whether there is a problem."""
    if preview.later:
        return _("The file is read when the import runs.")
    if not preview.choices:
        return _("The file cannot be read.")
    count = preview.imported_count
    if preview.is_settled:
        text = ngettext("%(count)s column recognised", "%(count)s columns recognised", count)
    else:
        text = ngettext("%(count)s column is imported", "%(count)s columns are imported", count)
    parts = [text % {"count": count}]
    if preview.ignored_count:
        parts.append(_("%(count)s ignored") % {"count": preview.ignored_count})
    sentence = f"{', '.join(parts)}."
    return (
        f"{sentence} {_('There is a problem with the columns.')}" if preview.problem else sentence
    )
