"""Imports over the API, for pages that show their results."""

import io

from local.stack import Stack
from tests.stacks import as_admin, await_end

CONTENT = b"email,name,phone\nana@pages.example,Ana,+55 11 1234\nno address,Bea,\n,Carla,12\n"


def imported(stack: Stack, name: str, content: bytes = CONTENT, **options: str) -> str:
    """Import the file and return the path of its page."""
    with as_admin(stack) as admin:
        accepted = admin.send(io.BytesIO(content), name=name, **options)
        document = await_end(admin, accepted, within=60)
    return f"/console/imports/{document['task_id']}/"
