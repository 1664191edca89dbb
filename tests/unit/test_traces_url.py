"""URLs for spans, made from `OTEL_EXPORTER_JAEGER_ENDPOINT`."""

import pytest

from core.telemetry.export import traces_url


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("http://jaeger:4318", "http://jaeger:4318/v1/traces"),
        ("http://jaeger:4318/", "http://jaeger:4318/v1/traces"),
        ("https://user:pass@otlp.example/v1/traces", "https://user:pass@otlp.example/v1/traces"),
        ("https://otlp.example/tenant/7/", "https://otlp.example/tenant/7/v1/traces"),
        ("http://[::1]:4318", "http://[::1]:4318/v1/traces"),
    ],
)
def test_an_otlp_endpoint_is_used_without_a_warning(
    caplog: pytest.LogCaptureFixture, endpoint: str, url: str
) -> None:
    assert traces_url(endpoint) == url
    assert not caplog.records


@pytest.mark.parametrize(
    ("endpoint", "base"),
    [
        ("http://jaeger:14268/api/traces", "http://jaeger:4318"),
        ("http://jaeger:14268/api/traces?format=jaeger.thrift", "http://jaeger:4318"),
        ("http://jaeger:14268", "http://jaeger:4318"),
        ("http://[::1]:14268/api/traces", "http://[::1]:4318"),
        ("https://jaeger.example/api/traces", "https://jaeger.example:4318"),
        ("http://me:secret@jaeger:14268", "http://me:secret@jaeger:4318"),
    ],
)
def test_a_jaeger_endpoint_is_mapped_with_a_warning(
    caplog: pytest.LogCaptureFixture, endpoint: str, base: str
) -> None:
    assert traces_url(endpoint) == f"{base}/v1/traces"
    (record,) = caplog.records
    assert "secret" not in record.getMessage()
    assert record.levelname == "WARNING"
    assert "Write it as http://host:4318." in record.getMessage()
