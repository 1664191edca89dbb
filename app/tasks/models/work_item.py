"""The columns that jobs and chunks share."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WorkItem(models.Model):
    """A row whose lock is the right to work on it.

    See lifecycle/attempts.py and lifecycle/recover.py.
    """

    attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("The number of attempts that count towards the limit.")
    )
    published_at = models.DateTimeField(db_default=Now())  # when the work was last queued
    publish_count = models.PositiveSmallIntegerField(default=0)  # since the work last started
    started_at = models.DateTimeField(
        null=True, help_text=_("The time when the last attempt began. Null until the first one.")
    )

    class Meta:
        abstract = True
