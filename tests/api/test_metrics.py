"""GET /metrics."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from rest_framework.test import APIClient

from core import __version__
from tests.api.answers import assert_error
from users_uc.mail import outbox
from users_uc.metrics import GIVEN_UP, WAITING
from users_uc.models import Mail, User

pytestmark = pytest.mark.django_db
VISITS = "django_http_requests_before_middlewares_total"
SOURCE_UP = "accounts_metrics_source_up"


def samples(client: APIClient, name: str) -> dict[str, float]:
    """Return the values of one metric by the values of its labels."""
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    matching = [sample for family in families for sample in family.samples if sample.name == name]
    return {",".join(sample.labels.values()): sample.value for sample in matching}


def test_counts_requests_and_queries(as_bob: APIClient, anonymous: APIClient) -> None:
    as_bob.get("/api/v1/users/me/")
    answer = anonymous.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    view = 'django_http_requests_total_by_view_transport_method_total{method="GET"'
    assert f'{view},transport="http",view="me"}}' in text
    for vendor in ("django_db_execute_total", "django_db_new_connections_total"):
        assert f'{vendor}{{alias="default",vendor="postgresql"}}' in text


@pytest.mark.parametrize("url", ["/metrics", "/healthz/live", "/healthz/ready"])
def test_replicas_can_be_scraped_by_ip_address(anonymous: APIClient, url: str) -> None:
    """Prometheus finds replicas by DNS and sends no host name that ALLOWED_HOSTS could list."""
    assert anonymous.get(url, HTTP_HOST="172.18.0.5:8000").status_code == 200
    assert anonymous.get("/api/v1/users/me/", HTTP_HOST="172.18.0.5:8000").status_code == 400


def test_probes_are_not_counted_as_requests(anonymous: APIClient) -> None:
    before = samples(anonymous, VISITS)
    anonymous.get("/healthz/live")
    assert samples(anonymous, VISITS) == before
    anonymous.get("/api/schema/")
    assert samples(anonymous, VISITS)[""] == before[""] + 1


def test_has_the_version_of_the_service(anonymous: APIClient) -> None:
    (labels,) = samples(anonymous, "accounts_build_info")
    assert f"unknown,{__version__}" in labels


def test_has_the_use_of_cpu_and_memory(anonymous: APIClient) -> None:
    for name in ("cpu_seconds_total", "resident_memory_bytes", "open_fds", "start_time_seconds"):
        assert samples(anonymous, f"process_{name}")[""] > 0
    used = samples(anonymous, "process_resident_memory_bytes")[""]
    assert used < samples(anonymous, "accounts_memory_limit_bytes")[""]


def test_has_each_queue_and_each_source(anonymous: APIClient) -> None:
    queues = samples(anonymous, "accounts_celery_queue_length")
    assert queues.keys() == {
        *("default", "imports", "imports_small", "mails", "recovery", "webhooks"),
    }
    assert samples(anonymous, SOURCE_UP) == {"redis": 1, "storage": 1, "database": 1}
    assert samples(anonymous, "accounts_storage_free_bytes")[""] > 0


def test_an_unavailable_source_hides_only_its_own_metrics(
    anonymous: APIClient,
    settings: Settings,
    database_at: Callable[[int], None],
    closed_port: int,
    frozen_port: int,
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{frozen_port}/0"
    database_at(closed_port)
    assert samples(anonymous, SOURCE_UP) == {"redis": 0, "storage": 1, "database": 0}
    assert samples(anonymous, "accounts_celery_queue_length") == {}
    assert samples(anonymous, "accounts_import_jobs") == {}
    assert samples(anonymous, "accounts_storage_free_bytes")[""] > 0


@pytest.mark.parametrize(
    "ip_address", ["127.0.0.1", "10.1.2.3", "172.17.0.5", "::1", "fd00::1", ""]
)
def test_is_available_in_the_internal_network(anonymous: APIClient, ip_address: str) -> None:
    assert anonymous.get("/metrics", REMOTE_ADDR=ip_address).status_code == 200


@pytest.mark.parametrize("ip_address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_is_404_for_a_public_ip_address(anonymous: APIClient, ip_address: str) -> None:
    assert_error(anonymous.get("/metrics", REMOTE_ADDR=ip_address), 404, "not_found")


@pytest.mark.parametrize("forwarded", ["8.8.8.8", "10.1.2.3", ""])
def test_is_404_for_a_request_through_a_proxy(anonymous: APIClient, forwarded: str) -> None:
    answer = anonymous.get("/metrics", HTTP_X_FORWARDED_FOR=forwarded)
    assert_error(answer, 404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_counts_waiting_mails(
    anonymous: APIClient, mail_is_configured: None, charlie: User
) -> None:
    assert samples(anonymous, "accounts_mails_waiting")["invitation"] == 0
    outbox.add(Mail.Kind.PASSWORD_RESET, address=charlie.email)
    kind = "password_reset"
    assert samples(anonymous, "accounts_mails_waiting")[kind] == 1
    assert samples(anonymous, "accounts_mail_oldest_waiting_seconds")[kind] > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("problem", "reason"),
    [("nobody", "nobody"), ("too_many", "too_many"), ("refused 550", "refused"),
     ("SMTPServerDisconnected", "failed"), ("attempts_exhausted", "failed")],
)  # fmt: skip
def test_counts_abandoned_mails(anonymous: APIClient, problem: str, reason: str) -> None:
    before = samples(anonymous, "accounts_mails_given_up")
    assert before[f"activation,{reason}"] == 0
    Mail.objects.create(kind=Mail.Kind.ACTIVATION, problem=problem, given_up_at=timezone.now())
    after = samples(anonymous, "accounts_mails_given_up")
    assert after == before | {f"activation,{reason}": 1}


def test_counting_mails_does_not_read_sent_mails() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {WAITING}")
        plan = " ".join(line for (line,) in cursor.fetchall())
        cursor.execute(f"EXPLAIN {GIVEN_UP}")
        plan += " ".join(line for (line,) in cursor.fetchall())
    assert {"mail_due", "invitation_due", "mail_given_up"} <= set(plan.split())
    assert "Seq Scan" not in plan
