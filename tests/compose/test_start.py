"""A fresh clone after the documented command: the API, the published port and the containers."""

import httpx

from tests.compose.docker import docker, inspect
from tests.compose.installation import SERVICES, Installation


def test_the_api_answers_at_the_published_port(running: Installation) -> None:
    answer = running.get("/api/")
    assert answer.status_code == 200
    assert answer.json()["login"] == f"{running.base_url}/api/v1/auth/login/"
    assert running.get("/healthz/ready").json() == {"status": "ok"}


def test_a_new_installation_publishes_the_key_of_its_tokens(running: Installation) -> None:
    (key,) = running.get("/.well-known/jwks.json").json()["keys"]
    assert (key["alg"], "d" in key) == ("EdDSA", False)


def test_the_first_superuser_exists(running: Installation) -> None:
    with running.admin() as admin:
        assert admin.status("/api/v1/users/me/")["is_superuser"] is True


def test_the_documented_command_makes_another_superuser(running: Installation) -> None:
    password = "a phrase for the second"
    command = ("python", "manage.py", "createsuperuser", "--no-input", "--email", "2@example.com")
    running.compose("exec", "-T", "-e", f"DJANGO_SUPERUSER_PASSWORD={password}", "app", *command)
    login = {"email": "2@example.com", "password": password}
    assert httpx.post(f"{running.base_url}/api/v1/auth/login/", json=login).status_code == 200


def test_only_the_proxy_is_published(running: Installation) -> None:
    for service in SERVICES:
        for container in running.containers(service):
            bindings = inspect(container)["HostConfig"]["PortBindings"] or {}
            ports = {inner: [entry["HostPort"] for entry in b] for inner, b in bindings.items()}
            assert ports == ({"8080/tcp": [str(running.port)]} if service == "nginx" else {})


def test_every_container_has_limits(running: Installation) -> None:
    for service in SERVICES:
        (container,) = running.containers(service)
        host = inspect(container)["HostConfig"]
        assert host["Memory"] > 0
        assert host["PidsLimit"] == 1024
        assert host["ReadonlyRootfs"] is True
        assert (host["CapDrop"], host["CapAdd"], host["Privileged"]) == (["ALL"], None, False)
        assert host["SecurityOpt"] == ["no-new-privileges:true"]
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        assert host["LogConfig"]["Config"] == {"max-file": "5", "max-size": "10m"}


def test_imports_have_smaller_shares_of_the_processor(running: Installation) -> None:
    """The engine's 0 stands for the default, 1024."""
    shares = {"celery": 340, "celery-small": 512}
    for service in SERVICES:
        (container,) = running.containers(service)
        assert inspect(container)["HostConfig"]["CpuShares"] == shares.get(service, 0), service


def test_every_process_is_unprivileged(running: Installation) -> None:
    for service in SERVICES:
        status = running.inside(service, "cat", "/proc/self/status")
        facts = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
        assert "0" not in facts["Uid"].split(), service
        assert {facts[name] for name in ("CapEff", "CapPrm", "CapBnd")} == {"0" * 16}, service
        assert facts["NoNewPrivs"] == "1", service


def test_every_root_file_system_is_read_only(running: Installation) -> None:
    """Root in a container cannot write either."""
    for service in SERVICES:
        for path in ("/etc/passwd", "/usr/bin/new"):
            command = ("--user", "root", service, "sh", "-c", f"(echo x >>{path}) 2>&1 || true")
            output = running.compose("exec", "-T", *command)
            assert "Read-only file system" in output, (service, path)


def test_a_service_sees_only_its_secrets(running: Installation) -> None:
    workers = {
        "django_secret_key", "django_previous_secret_keys", "jwt_secret_key", "db_password",
        "redis_url", "storage_secret_key", "email_host_password", "firebase_scrypt_signer_key",
    }  # fmt: skip
    for service, names in {
        "postgres": {"db_password"},
        "redis": {"redis.conf", "redis_password"},
        "app": workers | {"jwt_private_key", "jwt_previous_secret_keys"},
        **dict.fromkeys(("celery", "celery-small", "celery-mail", "beat"), workers),
    }.items():
        assert set(running.inside(service, "ls", "/srv/secrets").split()) == names, service
    reachable = running.inside("nginx", "sh", "-c", "ls /srv")
    assert "secrets" not in reachable


def test_docker_inspect_shows_no_secret(running: Installation) -> None:
    names = ("django_secret_key", "jwt_secret_key", "db_password", "redis_password")
    values = {running.secret(name) for name in names}
    assert len(values) == len(names)
    for service in SERVICES:
        (container,) = running.containers(service)
        assert not [value for value in values if value in docker("inspect", container)], service
