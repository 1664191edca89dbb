"""The life of a job: attempts, publishing, cancelling, finishing, recovery and removal."""
