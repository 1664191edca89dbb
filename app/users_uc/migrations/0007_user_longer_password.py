from django.db import migrations, models


_END_IDLE_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity AS session
WHERE datname = current_database() AND usename = current_user AND state = 'idle'
    AND pid <> pg_backend_pid()
    AND NOT EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = session.pid)
"""
"""The processes of 1.0.0 have prepared statements that read the column, and would fail from now on.

They replace idle sessions that have ended, and prepare their statements again.
"""


class Migration(migrations.Migration):
    dependencies = [
        ("users_uc", "0006_user_deactivated_by_user"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="password",
            field=models.CharField(db_default="!", max_length=255),
        ),
        migrations.RunSQL(_END_IDLE_SESSIONS, migrations.RunSQL.noop),
    ]
