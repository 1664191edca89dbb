"""deploy/make_secrets.py: secrets are created once, and the environment overrides them."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.make_secrets import SECRETS, SecretsError, make_secrets
from local.site import ROOT
from tests.deploy.made_secrets import LONG, command, contents

OURS = [name for name, secret in SECRETS.items() if secret.is_ours]
OTHERS = SECRETS.keys() - set(OURS)


def test_all_secrets_are_created_once(tmp_path: Path) -> None:
    assert make_secrets(tmp_path, {}) == OURS
    first = contents(tmp_path)
    assert first.keys() == SECRETS.keys() | {"redis.conf", "redis_url", "store.json"}
    assert len({first[name] for name in OURS}) == len(OURS)
    assert all(len(first[name]) == 64 for name in OURS if not SECRETS[name].is_pem)
    assert make_secrets(tmp_path, {}) == []
    assert contents(tmp_path) == first


def test_each_server_gets_only_its_secrets(tmp_path: Path) -> None:
    """A server without a folder, here the store, gets none."""
    secrets, copies = tmp_path / "secrets", tmp_path / "copies"
    others = (copies / name for name in ("web", "workers", "postgres", "redis", "grafana"))
    for folder in (secrets, *others):
        folder.mkdir(parents=True)
    for _ in range(2):
        renewed = command(secrets, "--renew", "db_password", SECRETS_COPIES=str(copies))
        assert renewed.returncode == 0, renewed.stderr
        found = {folder.name: contents(folder) for folder in copies.iterdir()}
        ours = contents(secrets)
        web, workers = found.pop("web"), found.pop("workers")
        assert web.items() <= ours.items()
        assert ours.keys() - web.keys() == {
            "redis_password", "redis.conf", "grafana_password", "store.json",
        }  # fmt: skip
        of_tokens = {"jwt_private_key", "jwt_previous_secret_keys"}
        assert workers == {name: web[name] for name in web.keys() - of_tokens}
        assert found == {
            "postgres": {"db_password": ours["db_password"]},
            "redis": {name: ours[name] for name in ("redis.conf", "redis_password")},
            "grafana": {"grafana_password": ours["grafana_password"]},
        }


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make_secrets(tmp_path / name, {})
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert set(one.values()) & set(two.values()) == {""}


def test_all_users_may_read_the_secrets_and_no_user_may_write_them(tmp_path: Path) -> None:
    make_secrets(tmp_path, {})
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.glob("[!.]*")}
    assert modes == {0o444}


def test_redis_gets_its_password_and_its_clients_get_the_url(tmp_path: Path) -> None:
    make_secrets(tmp_path, {})
    created = contents(tmp_path)
    assert created["redis.conf"] == f"requirepass {created['redis_password']}"
    assert created["redis_url"] == f"redis://:{created['redis_password']}@redis:6379/0"


def test_a_value_of_the_environment_replaces_the_secret_and_stays(tmp_path: Path) -> None:
    make_secrets(tmp_path, {})
    before = contents(tmp_path)
    env = {"DB_PASSWORD": "mine", "JWT_SECRET_KEY": LONG, "DJANGO_SECRET_KEY": ""}
    assert make_secrets(tmp_path, env) == ["jwt_secret_key", "db_password"]
    assert make_secrets(tmp_path, {}) == []
    assert contents(tmp_path) == before | {"db_password": "mine", "jwt_secret_key": LONG}


def test_secrets_of_other_services_are_empty_unless_they_are_set(tmp_path: Path) -> None:
    for env in (
        {},
        {"EMAIL_HOST_PASSWORD": "theirs", "JWT_PREVIOUS_SECRET_KEYS": f"{LONG}, {LONG}"},
    ):
        make_secrets(tmp_path, env)
        secrets = contents(tmp_path)
        expected = {SECRETS[name].variable: secrets[name] for name in OTHERS}
        assert expected == dict.fromkeys(expected, "") | env
    make_secrets(tmp_path, {})
    assert {contents(tmp_path)[name] for name in OTHERS} == {""}


def test_the_url_of_another_redis_is_used_only_while_it_is_set(tmp_path: Path) -> None:
    make_secrets(tmp_path, {"REDIS_URL": "redis://elsewhere/3"})
    assert contents(tmp_path)["redis_url"] == "redis://elsewhere/3"
    make_secrets(tmp_path, {})
    assert contents(tmp_path)["redis_url"].endswith("@redis:6379/0")


def test_renew_changes_only_one_secret(tmp_path: Path) -> None:
    make_secrets(tmp_path, {})
    before = contents(tmp_path)
    assert make_secrets(tmp_path, {}, renew="jwt_secret_key") == ["jwt_secret_key"]
    after = contents(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {"jwt_secret_key"}


def test_a_renewed_redis_password_is_in_all_three_files(tmp_path: Path) -> None:
    make_secrets(tmp_path, {})
    make_secrets(tmp_path, {}, renew="redis_password")
    created = contents(tmp_path)
    assert created["redis_password"] in created["redis.conf"]
    assert created["redis_password"] in created["redis_url"]


@pytest.mark.parametrize(
    ("env", "renew", "message"),
    [
        ({"JWT_SECRET_KEY": "short"}, "", "JWT_SECRET_KEY must have at least 32 bytes."),
        ({"DB_PASSWORD": "two\nlines"}, "", "DB_PASSWORD must be a single line."),
        ({"JWT_ALGORITHM": "RS256"}, "", "JWT_ALGORITHM must be EdDSA, ES256 or HS256, not RS256"),
        ({"JWT_PRIVATE_KEY": "x"}, "", "JWT_PRIVATE_KEY must be a private key in PEM format"),
        ({"DB_PASSWORD": "mine"}, "db_password", "DB_PASSWORD is set in the environment"),
    ],
)
def test_an_invalid_value_changes_no_secret(
    tmp_path: Path, env: dict[str, str], renew: str, message: str
) -> None:
    with pytest.raises(SecretsError, match=message):
        make_secrets(tmp_path, env, renew=renew)
    assert contents(tmp_path) == {}


def test_parallel_runs_create_one_set_of_secrets(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: command(tmp_path), range(8)))
    assert [result.returncode for result in done] == [0] * 8, done
    outputs = sorted(result.stdout for result in done)
    assert outputs[:7] == ["secrets: all secrets exist\n"] * 7
    assert outputs[7].startswith("secrets: wrote django_secret_key, ")


def test_the_command_prints_the_error(tmp_path: Path) -> None:
    short = command(tmp_path, DJANGO_SECRET_KEY="short")
    assert (short.returncode, short.stdout) == (1, "")
    assert short.stderr == "secrets: DJANGO_SECRET_KEY must have at least 32 bytes.\n"
    unknown = command(tmp_path, "--renew", "password")
    assert unknown.returncode == 2
    assert "jwt_secret_key" in unknown.stderr
    absent = command(tmp_path / "nowhere")
    assert absent.returncode == 1
    assert os.strerror(2) in absent.stderr


def test_the_store_knows_the_key_of_the_service(tmp_path: Path) -> None:
    make_secrets(tmp_path, {})
    created = contents(tmp_path)
    (identity,) = json.loads(created["store.json"])["identities"]
    (keys,) = identity["credentials"]
    assert keys == {"accessKey": "accounts", "secretKey": created["storage_secret_key"]}


def test_a_check_writes_nothing_and_names_a_wrong_value(tmp_path: Path) -> None:
    assert command(tmp_path, "--check").returncode == 0
    for name, message in {
        "JWT_ALGORITHM": "JWT_ALGORITHM must be EdDSA, ES256 or HS256, not wrong.",
        "JWT_PRIVATE_KEY": "JWT_PRIVATE_KEY must be a private key in PEM format",
    }.items():
        assert message in command(tmp_path, "--check", **{name: "wrong"}).stderr
    wrong = command(tmp_path, "--check", JWT_SECRET_KEY="short")
    assert wrong.returncode == 1
    assert wrong.stderr == "secrets: JWT_SECRET_KEY must have at least 32 bytes.\n"
    assert list(tmp_path.iterdir()) == []


def test_missing_files_are_added_and_existing_ones_stay(tmp_path: Path) -> None:
    """An installation of an earlier version lacks the files of later secrets."""
    make_secrets(tmp_path, {"DB_PASSWORD": "the first one"})
    before = contents(tmp_path)
    later = {"firebase_scrypt_signer_key", "storage_secret_key", "store.json"}
    for name in later:
        (tmp_path / name).unlink()
    given = {"DB_PASSWORD": "another one", "JWT_SECRET_KEY": LONG, "EMAIL_HOST_PASSWORD": "new"}
    added = command(tmp_path, "--missing", **given)
    assert (added.returncode, added.stdout) == (0, "secrets: wrote storage_secret_key\n")
    after = contents(tmp_path)
    assert after.keys() == before.keys()
    assert {name for name in before if after[name] != before[name]} == later - {
        "firebase_scrypt_signer_key"
    }


def test_the_documented_command_adds_the_private_key_of_kubernetes(tmp_path: Path) -> None:
    """Without its option it would reset the values that are only in the folder."""
    given = {name: f"{name} {LONG}" for name in ("REDIS_URL", "EMAIL_HOST_PASSWORD", "DB_PASSWORD")}
    assert command(tmp_path, **given).returncode == 0
    before = contents(tmp_path)
    (tmp_path / "jwt_private_key").unlink()
    document = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")
    (options,) = re.findall(r"^SECRETS_DIR=secrets python3 \S+(.*)$", document, re.MULTILINE)
    added = command(tmp_path, *options.split())
    assert (added.returncode, added.stderr) == (0, "")
    assert contents(tmp_path) == before | {"jwt_private_key": ""}
