"""The rights of the bucket in docs/scaling.md are those of the calls in core/storage."""

import re

from local.site import ROOT
from tests.documents import tables

RIGHTS = {
    "list_objects_v2": {"ListBucket"},
    "list_multipart_uploads": {"ListBucketMultipartUploads"},
    "head_object": {"GetObject", "ListBucket"},
    "get_object": {"GetObject", "ListBucket"},
    "put_object": {"PutObject"},
    "copy": {"GetObject", "PutObject", "AbortMultipartUpload"},
    "create_multipart_upload": {"PutObject"},
    "upload_part": {"PutObject"},
    "complete_multipart_upload": {"PutObject"},
    "abort_multipart_upload": {"AbortMultipartUpload"},
    "delete_object": {"DeleteObject"},
    "delete_objects": {"DeleteObject"},
}
"""The rights of AWS that a call of boto3 needs. boto3 copies a large object in parts.

Without ListBucket a missing object is a 403. Source: "Required permissions for Amazon S3 API
operations" in the user guide of S3.
"""
CALL = re.compile(r"client\.([a-z_0-9]+)\(|_pages\(\s*\"([a-z_0-9]+)\"")


def calls() -> set[str]:
    """Return the methods of boto3's client that the storage calls, also through a paginator."""
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("app/core/storage/*.py")]
    names = {"".join(found) for text in texts for found in CALL.findall(text)}
    return names - {"get_paginator"}


def test_every_call_has_its_rights() -> None:
    assert calls() == RIGHTS.keys()


def test_the_document_names_the_rights_of_all_calls() -> None:
    document = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")
    (table,) = [it for it in tables(document) if it.columns[0] == "right"]
    named = {right for row in table.rows for right in re.findall(r"`s3:(\w+)`", row[0])}
    assert named == set().union(*RIGHTS.values())
