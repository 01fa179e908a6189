"""Uploads: one large file sent in parts (API reference: Uploads), and the helper that does all of it."""

from typing import Any

from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, nested, post
from typed_openai.core.run.effects import Flow
from typed_openai.models.uploads import (
    PartCreateParams,
    Upload,
    UploadCompleteParams,
    UploadCreateParams,
    UploadFileParams,
    UploadPart,
)


class Parts(Resource):
    """The parts of an upload."""

    create = post("/uploads/{upload_id}/parts", PartCreateParams, UploadPart, multipart=True)
    """Send one part of up to 64 MB; parts may be sent in any order and at the same time."""


class Uploads(Resource):
    """Send one large file in parts."""

    path = "uploads"

    create = post("/uploads", UploadCreateParams, Upload)
    """Announce a file of up to 8 GB; its parts must arrive within an hour."""
    cancel = post("/uploads/{upload_id}/cancel", Upload)
    """Give an upload up; no parts may be added after that."""
    complete = post("/uploads/{upload_id}/complete", UploadCompleteParams, Upload)
    """Put the parts together; the finished file is on `file`."""
    parts = nested(Parts)

    @flow_method(params=UploadFileParams)
    def upload_file_chunked(self, **params: Any) -> Flow[Upload]:
        """Send a large file: announce it, send its parts several at once, complete it; the file is on `file`.

        Raises `RequestValidationError` before anything is sent, and `UploadError` when something fails on the way: its
        `progress` resumes the upload, and `cancel_on_failure=True` cancels it instead.
        """
        from typed_openai.bulk.uploads import upload_in_parts  # not needed for one part at a time

        return (yield from upload_in_parts(self, params))
