"""The rejected rows of a job."""

from django.db import models

from tasks.models.import_job import ImportJob


class ImportRowError(models.Model):
    """A rejected row and its first error. The message is composed when a client reads it."""

    pk = models.CompositePrimaryKey("job", "record")
    # Without a constraint, because PostgreSQL would check it with one query for each row.
    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="row_errors", db_constraint=False
    )
    record = models.BigIntegerField(
        help_text="The number of the row below the header, counted from 1."
    )
    line = models.BigIntegerField(
        help_text="The physical line of the file in which the row begins, counted from 1."
    )
    column = models.CharField(
        max_length=80, help_text="The field with the error; empty if the whole row is wrong."
    )
    code = models.CharField(max_length=32, help_text="The stable code of the error, for programs.")
    detail = models.CharField(max_length=32)  # the parameter of the message
    value = models.TextField(
        help_text="The value of the field, or the whole row if `column` is empty. Passwords and "
        "hashes are never shown."
    )

    def __str__(self) -> str:
        return f"{self.job_id} line {self.line}: {self.code}"
