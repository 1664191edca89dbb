"""Uploads with canaries, with and without password columns."""

from typing import Any

from local.api_client import Json
from tests.e2e.canaries.requests import Planted
from tests.e2e.canaries.visitor import Visitor
from tests.workbooks import xlsx

_HASH = "argon2$argon2id$v=19$m=19456,t=2,p=1$"


def uploads(visitor: Visitor, planted: Planted, admin: dict[str, str]) -> list[str]:
    """Send refused and accepted uploads, and return the status URLs of the accepted ones."""
    _refused_uploads(visitor, planted, admin)
    _inspected(visitor, planted, admin)
    key = {"Idempotency-Key": planted["Idempotency-Key"]}
    name = f"{planted['file name']}.csv"
    options = {"clear_with": planted["text of clear_with"]}
    plain = visitor.upload(_plain(planted), name=name, headers=admin | key, data=options)
    accepted = [plain]
    given = {"columns": '{"Segredo": "password"}'}
    for content in _with_secrets(planted):
        options = given if "Segredo" in content else {}
        answer = visitor.upload(content, name="with password.csv", headers=admin, data=options)
        accepted.append(answer)
    accepted += [
        visitor.upload(content, name=name, headers=admin)
        for name, content in _workbooks(planted).items()
    ]
    return [str(answer.json()["status_url"]) for answer in accepted]


def _inspected(visitor: Visitor, planted: Planted, admin: dict[str, str]) -> None:
    """Inspect a file. The answer shows cells to the caller; nothing is kept."""
    unknown, cell = planted["header of an inspected file"], planted["cell of an inspected file"]
    password = planted["password in an inspected file"]
    content = f"email,{unknown},senha\ninspected@example.com,{cell},{password}\n".encode()
    for data in (content, xlsx([line.split(",") for line in content.decode().splitlines()])):
        answer = visitor.ask(
            "POST", "/api/v1/imports/inspect/", status=200, files={"file": data}, headers=admin
        )
        assert cell in answer.text
        assert password not in answer.text


def _workbooks(planted: Planted) -> dict[str, bytes]:
    """Return workbooks by their file names."""
    name, password = planted["cell of a name in a workbook"], planted["password in a workbook"]
    return {
        "plain.xlsx": xlsx([["email", "name"], ["sheet@example.com", name]]),
        "with password.xlsx": xlsx([["email", "senha"], ["sheet2@example.com", password]]),
    }


def _plain(planted: Planted) -> str:
    """Return a file with one valid row and a rejected row."""
    unknown, extra = planted["header of an unknown column"], planted["cell of an unknown column"]
    good = f"{planted['cell of a name']},{planted['cell of a phone']},{extra}"
    bad = f"{planted['rejected cell']},{planted['cell beside a rejected cell']},,,"
    header = f"email,name,phone,{unknown},external_id,title,floor"
    title, floor = planted["cell of an attribute"], planted["rejected cell of an attribute"]
    rows = (
        f"plain@example.com,{good},{planted['external id']},{title},",
        f"floor@example.com,,,,,,{floor}",
        f"{bad},,",
    )
    return "\n".join([header, *rows, ""])


def _with_secrets(planted: Planted) -> list[str]:
    """Return files with passwords. No content of them is kept or shown."""
    weak = planted["password in a rejected row"]
    bad = planted["e-mail of a rejected row beside passwords"]
    rows = [
        "email,senha",
        f"secret@example.com,{planted['password in a file']}",
        f"{weak}@example.com,{weak}",
        f"{bad},long enough as it is",
        f"many@example.com,x,y,{planted['password in a row with too many cells']}",
    ]
    named = planted["password in a column named by the upload"]
    old = planted["password in an ignored column"]
    endless = planted["endless cell of a file with passwords"]
    return [
        "\n".join([*rows, ""]),
        f"email,password_hash\nhash@example.com,{_HASH}{planted['hash in a rejected row']}\n",
        f"email,senha,Segredo\nown@example.com,{old},{named}\nbad,{old},{named}\n",
        f'email,password\nend@example.com,"{endless}\n',
    ]


def _refused_uploads(visitor: Visitor, planted: Planted, admin: dict[str, str]) -> None:
    content = "email\na@example.com\n"
    ask: dict[str, Any] = {"status": 400, "headers": admin}
    name = f"{planted['file name of a refused file']}.csv"
    visitor.upload(f"name\n{planted['content of a refused file']}\n", name=name, **ask)
    unknown = planted["unknown option"]
    visitor.upload(content, data={unknown: planted["value of an unknown option"]}, **ask)
    visitor.upload(content, data={"mode": planted["value of an option"]}, **ask)
    visitor.upload(content, params={"mode": planted["query of an upload"]}, **ask)
    key = f"\u00e9{planted['invalid Idempotency-Key']}".encode("latin-1")
    given = {name: value.encode() for name, value in admin.items()} | {"Idempotency-Key": key}
    visitor.upload(content, status=400, headers=given)


def results(visitor: Visitor, document: Json, admin: dict[str, str]) -> bytes:
    """Download results.csv of an import."""
    url = f"/api/v1/imports/{document['task_id']}/results.csv"
    return visitor.ask("GET", url, status=200, headers=admin).content


def failed_rows(visitor: Visitor, document: Json, admin: dict[str, str]) -> bytes:
    """Download rejected-rows.csv of an import; it is a 410 for a file with passwords."""
    url = f"/api/v1/imports/{document['task_id']}/rejected-rows.csv"
    status = 410 if "password" in document["file"]["name"] else 200
    answer = visitor.ask("GET", url, status=status, headers=admin)
    return answer.content if status == 200 else b""
