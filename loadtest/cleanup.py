"""Removal of the users and imports of a run."""

from loadtest.database import Database

# A Celery worker that plans or loads holds the lock of a job or chunk. Without these rows no worker
# adds users.
_REMOVE = """
CREATE TEMPORARY TABLE gone_jobs ON COMMIT DROP AS
    SELECT id FROM tasks_importjob
    WHERE owner_id IN (SELECT id FROM users_uc_user WHERE email LIKE '{pattern}')
    FOR UPDATE;
DELETE FROM tasks_importrowerror WHERE job_id IN (SELECT id FROM gone_jobs);
DELETE FROM tasks_importchunk WHERE job_id IN (SELECT id FROM gone_jobs);
DELETE FROM tasks_idempotencykey WHERE job_id IN (SELECT id FROM gone_jobs);
DELETE FROM tasks_cancellation WHERE job_id IN (SELECT id FROM gone_jobs);
DELETE FROM tasks_importjob WHERE id IN (SELECT id FROM gone_jobs);
CREATE TEMPORARY TABLE gone_users ON COMMIT DROP AS
    SELECT id FROM users_uc_user WHERE email LIKE '{pattern}';
DELETE FROM users_uc_mail
    WHERE user_id IN (SELECT id FROM gone_users) OR address LIKE '{pattern}';
DELETE FROM users_uc_creationkey
    WHERE caller_id IN (SELECT id FROM gone_users) OR user_id IN (SELECT id FROM gone_users);
UPDATE webhooks_webhook SET owner_id = NULL WHERE owner_id IN (SELECT id FROM gone_users);
DELETE FROM users_uc_apikey WHERE owner_id IN (SELECT id FROM gone_users);
DELETE FROM users_uc_refreshfamily WHERE user_id IN (SELECT id FROM gone_users);
DELETE FROM users_uc_user_groups WHERE user_id IN (SELECT id FROM gone_users);
DELETE FROM users_uc_user_user_permissions WHERE user_id IN (SELECT id FROM gone_users);
DELETE FROM users_uc_user WHERE id IN (SELECT id FROM gone_users);
"""


def remove_users(database: Database, beginning: str) -> None:
    """Remove the users whose e-mail address starts with `beginning`, their logins and imports.

    The next sweep removes the files of the imports. `beginning` must not contain special characters
    of LIKE or SQL.
    """
    database.run(_REMOVE.format(pattern=f"{beginning}%"))
