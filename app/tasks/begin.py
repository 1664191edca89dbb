"""The beginning of an import: intake, then the publication of the job."""

from uuid import UUID

from core.failpoints import failpoint
from core.telemetry.subject import bind_job
from tasks.intake.admission import Admission
from tasks.intake.incoming import IncomingFile
from tasks.intake.store import store
from tasks.lifecycle.enqueue import publish_upload
from tasks.options import Options
from users_uc.models import User


def begin(
    file: IncomingFile,
    *,
    options: Options,
    owner: User,
    key: str | None,
    corrects: UUID | None = None,
) -> Admission:
    """Store the file, and queue its job if it is new. Raises `ImportRefused`."""
    admission = store(file, options=options, owner=owner, key=key, corrects=corrects)
    bind_job(admission.job.id)
    if admission.new:
        failpoint("accepted")
        publish_upload(admission.job)
    return admission
