"""The proxy of deploy/kubernetes: the one of Compose, and the only way in."""

import re

import yaml

from local.site import ROOT
from tests.deploy.manifests import FILES, configuration, container, document, documents

TLS = (ROOT / "deploy/tls/nginx.conf").read_text(encoding="utf-8")


def test_all_requests_from_outside_go_through_the_proxy() -> None:
    kinds = [it["kind"] for name in FILES for it in documents(name)]
    assert kinds.count("Ingress") == 1
    (rule,) = document("ingress.yaml", "Ingress")["spec"]["rules"]
    services = [path["backend"]["service"] for path in rule["http"]["paths"]]
    assert services == [{"name": "accounts-proxy", "port": {"name": "http"}}]


def test_no_service_reaches_the_port_of_the_admin() -> None:
    services = [it for name in FILES for it in documents(name) if it["kind"] == "Service"]
    assert {it["metadata"]["name"] for it in services} == {"accounts-proxy", "accounts-web"}
    assert all(it["spec"].get("type", "ClusterIP") == "ClusterIP" for it in services)
    ports = [port for it in services for port in it["spec"]["ports"]]
    assert ports == 2 * [{"name": "http", "port": 80, "targetPort": "http"}]
    assert container("proxy")["ports"] == [{"name": "http", "containerPort": 8080}]


def test_the_ingress_passes_bodies_on_as_the_proxy_of_tls() -> None:
    prefix = "nginx.ingress.kubernetes.io/"
    annotations = document("ingress.yaml", "Ingress")["metadata"]["annotations"]
    options = {name.removeprefix(prefix): value for name, value in annotations.items()}
    (size,) = re.findall(r"client_max_body_size (\w+);", TLS)
    (buffering,) = re.findall(r"proxy_request_buffering (\w+);", TLS)
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", TLS)
    assert options == {
        "proxy-body-size": size,
        "proxy-request-buffering": buffering,
        "proxy-read-timeout": seconds,
    }


def test_as_many_proxies_are_trusted_as_with_tls_in_compose() -> None:
    text = (ROOT / "deploy/tls.yml").read_text(encoding="utf-8").replace("!override", "")
    environment = yaml.safe_load(text)["services"]["app"]["environment"]
    names = ("TRUSTED_PROXIES", "HTTPS_ONLY")
    assert {name: configuration()[name] for name in names} == environment


def test_the_probes_are_the_health_check_of_the_image() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (words,) = re.findall(r'CMD (\["wget".*\])', dockerfile)
    found = container("proxy")
    for name in ("readinessProbe", "livenessProbe"):
        assert found[name]["exec"]["command"] == yaml.safe_load(words)


def test_the_proxy_reaches_the_service_of_the_web_workers() -> None:
    data = document("proxy.yaml", "ConfigMap")["data"]
    mounts = container("proxy")["volumeMounts"]
    (replaced,) = [it for it in mounts if "subPath" in it]
    assert replaced["mountPath"] == f"/etc/nginx/{replaced['subPath']}"
    assert (ROOT / "deploy/nginx" / replaced["subPath"]).exists()
    (host,) = re.findall(r"server ([\w-]+);", data[replaced["subPath"]])
    assert host == document("web.yaml", "Service")["metadata"]["name"]
