"""Labels of models and their fields in the language of the request.

The admin sets them when it is loaded. In the models, each of them would be a part of a migration.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise


def set_labels(
    model: type[models.Model], *, name: Promise, plural: Promise, fields: Mapping[str, Promise]
) -> None:
    """Set the names of the model and of its fields."""
    options: Any = model._meta
    options.verbose_name, options.verbose_name_plural = name, plural
    for field_name, label in fields.items():
        options.get_field(field_name).verbose_name = label
