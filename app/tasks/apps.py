"""The configuration of the app `tasks`."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate, pre_delete
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    """The app `tasks`, which imports files of users."""

    name = "tasks"
    verbose_name = _("Imports")

    def ready(self) -> None:
        """Register metrics, the group of importers, the owners of imports, and their deletion."""
        from core.metrics import sources  # noqa: PLC0415  (its first metric needs a directory)
        from tasks.lifecycle.ownership import import_ids_of, release_jobs  # noqa: PLC0415
        from tasks.metrics import import_facts  # noqa: PLC0415  (apps load first)
        from users_uc import visibility  # noqa: PLC0415

        visibility.register_imports(import_ids_of)
        sources.register("database", import_facts)
        post_migrate.connect(ensure_importers_group, sender=self)
        pre_delete.connect(release_jobs, sender=settings.AUTH_USER_MODEL)


def ensure_importers_group(using: str, **kwargs: Any) -> None:
    """Give the group its permission. Django creates permissions only after the last migration."""
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415  (apps load first)

    from users_uc.models import IMPORTERS_GROUP  # noqa: PLC0415

    group, _ = Group.objects.using(using).get_or_create(name=IMPORTERS_GROUP)
    permission = Permission.objects.using(using).get(
        codename="add_importjob", content_type__app_label="tasks"
    )
    group.permissions.add(permission)
