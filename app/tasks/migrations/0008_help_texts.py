import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0007_message_ids"),
    ]

    operations = [
        migrations.AlterField(
            model_name="idempotencykey",
            name="fingerprint",
            field=models.CharField(
                help_text="The hash of the file and its options.", max_length=64
            ),
        ),
        migrations.AlterField(
            model_name="importchunk",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="The number of attempts that count towards the limit."
            ),
        ),
        migrations.AlterField(
            model_name="importchunk",
            name="error_code",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The reason why the chunk is failed.",
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="importchunk",
            name="publish_count",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="The number of times that the work was queued again since it started.",
            ),
        ),
        migrations.AlterField(
            model_name="importchunk",
            name="published_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="The time when the work was last queued.",
            ),
        ),
        migrations.AlterField(
            model_name="importchunk",
            name="skipped_records",
            field=models.BinaryField(
                default=bytes,
                help_text="The numbers of the skipped rows. See writing/record_list.py.",
            ),
        ),
        migrations.AlterField(
            model_name="importchunk",
            name="started_at",
            field=models.DateTimeField(
                help_text="The time when the last attempt began. Null until the first one.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="importchunk",
            name="unchanged_records",
            field=models.BinaryField(
                db_default=b"", help_text="The numbers of the unchanged rows."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="The number of attempts that count towards the limit."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="created",
            field=models.BigIntegerField(
                default=0, help_text="The number of users that were created."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="The time when the upload was accepted.",
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="csv_size",
            field=models.BigIntegerField(
                db_default=0, help_text="The size of the decompressed file, in bytes."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="error_message",
            field=models.TextField(blank=True, default="", help_text="The error in English."),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="error_stored",
            field=models.JSONField(
                db_column="error_said",
                help_text="The message id and the parameters of the error. See codes.Message.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="expired_at",
            field=models.DateTimeField(
                help_text="The time when the file and the rejected rows were deleted. Null until then.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="failed",
            field=models.BigIntegerField(default=0, help_text="The number of rejected rows."),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="file",
            field=models.CharField(help_text="The name of the stored file.", max_length=255),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="file_name",
            field=models.TextField(
                help_text="The name of the file on the uploader's computer. It is never used as a path."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="file_size",
            field=models.BigIntegerField(
                help_text="The size of the file as it was sent, in bytes."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="finished_at",
            field=models.DateTimeField(
                help_text="The time when the import ended. Null until then.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="has_secrets",
            field=models.BooleanField(
                db_default=False,
                help_text="The file has a column of passwords or hashes. It is deleted after the import.",
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="not_loaded",
            field=models.BigIntegerField(
                default=0,
                help_text="The number of valid rows that were not imported, because the import failed or was cancelled.",
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="passwords",
            field=models.BigIntegerField(
                db_default=0, help_text="The number of plain passwords that the import hashes."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="planned_at",
            field=models.DateTimeField(help_text="The time when the load began.", null=True),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="publish_count",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="The number of times that the work was queued again since it started.",
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="published_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="The time when the work was last queued.",
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="rows",
            field=models.BigIntegerField(
                help_text="The number of data rows. Null until the file is planned.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="skipped",
            field=models.BigIntegerField(
                default=0,
                help_text="The number of existing users that were skipped: all of them with `create`, staff and superusers with `upsert`.",
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="started_at",
            field=models.DateTimeField(
                help_text="The time when the last attempt began. Null until the first one.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="status",
            field=models.CharField(
                choices=[
                    ("PENDING", "Pending"),
                    ("STARTED", "Started"),
                    ("PROGRESS", "Progress"),
                    ("SUCCESS", "Success"),
                    ("FAILURE", "Failure"),
                    ("REVOKED", "Revoked"),
                ],
                default="PENDING",
                help_text="`PENDING`: the import is queued. `STARTED`: the file is being planned. `PROGRESS`: its rows are being loaded. `SUCCESS`, `FAILURE` and `REVOKED` (cancelled) are final.",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="swept_at",
            field=models.DateTimeField(
                help_text="The time when the chunk files were deleted.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="traceparent",
            field=models.CharField(help_text="The W3C trace context of the upload.", max_length=55),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="unchanged",
            field=models.BigIntegerField(
                default=0, help_text="The number of users that already had the values of their row."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="updated",
            field=models.BigIntegerField(
                default=0, help_text="The number of users that were updated."
            ),
        ),
        migrations.AlterField(
            model_name="importrowerror",
            name="code",
            field=models.CharField(
                help_text="The stable code of the error, for programs.", max_length=32
            ),
        ),
        migrations.AlterField(
            model_name="importrowerror",
            name="column",
            field=models.CharField(
                help_text="The field with the error; empty if the whole row is wrong.",
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="importrowerror",
            name="detail",
            field=models.CharField(help_text="The parameter of the message.", max_length=32),
        ),
        migrations.AlterField(
            model_name="importrowerror",
            name="line",
            field=models.BigIntegerField(
                help_text="The physical line of the file in which the row begins, counted from 1."
            ),
        ),
        migrations.AlterField(
            model_name="importrowerror",
            name="record",
            field=models.BigIntegerField(
                help_text="The number of the row below the header, counted from 1."
            ),
        ),
        migrations.AlterField(
            model_name="importrowerror",
            name="value",
            field=models.TextField(
                help_text="The value of the field, or the whole row if `column` is empty. Passwords and hashes are never shown."
            ),
        ),
    ]
