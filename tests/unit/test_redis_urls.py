"""URLs of the Redis databases of the queue, the results and the cache."""

import pytest

from core.redis import database_url, queue_url, results_url


@pytest.mark.parametrize(
    ("url", "third"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/2"),
        ("redis://localhost", "redis://localhost/2"),
        (
            "rediss://:p%2Fw@host:1/5/?ssl_cert_reqs=none",
            "rediss://:p%2Fw@host:1/7?ssl_cert_reqs=none",
        ),
    ],
)
def test_databases_are_counted_from_the_one_in_the_url(url: str, third: str) -> None:
    assert database_url(url, 2) == third


def test_queue_results_and_cache_have_a_database_each() -> None:
    url = "redis://localhost/3"
    urls = [queue_url(url), results_url(url), database_url(url, 2)]
    assert urls == [f"redis://localhost/{number}" for number in (3, 4, 5)]
