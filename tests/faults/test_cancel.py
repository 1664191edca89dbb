"""Cancelling a job at each of its failpoints."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.failpoints import COPYING
from tests.faults.judge import assert_consistent, assert_only_503
from tests.faults.system import System
from tests.oracle.reference import expected

ROWS = 3000
MAY_HAVE_ENDED = {"load_committed", "finishing"}


@pytest.mark.parametrize(
    "place",
    ["planning", "planned", "plan_committed", "loading", COPYING, "loaded", "load_committed",
     "finishing"],
)  # fmt: skip
def test_28_a_job_is_cancelled(system: System, place: str) -> None:
    """Loaded users stay, and a second upload of the same file imports the rest."""
    data = system.people_file(ROWS)
    system.failpoints.arm(place)
    upload = system.api.upload(data)
    worker = system.failpoints.reached(place)
    with ThreadPoolExecutor(1) as caller:
        cancelling = caller.submit(system.api.cancel, upload)
        if place != "finishing":  # there the answer waits for the end of the job
            cancelling.result()
        worker.resume()
        answer = cancelling.result().status_code
    assert answer == 202 or place in MAY_HAVE_ENDED
    document = system.api.await_end(upload)
    assert document["status"] == {202: "REVOKED", 409: "SUCCESS"}[answer]
    assert_consistent(system, upload, document)
    assert_only_503(system)
    again = system.api.upload(data)
    wanted = expected(data, {}, {})
    document_again = system.api.await_end(again)
    assert document_again["status"] == "SUCCESS"
    assert_consistent(system, again, document_again)
    made = document["result"]["created"] + document_again["result"]["created"]
    assert made == wanted.counts["created"]
    assert system.users().keys() == wanted.users.keys()
