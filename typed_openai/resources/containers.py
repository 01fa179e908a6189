"""Containers for code and shells, and the files in them (API reference: Containers)."""

from types import NoneType

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.containers import (
    Container,
    ContainerCreateParams,
    ContainerFile,
    ContainerListParams,
    FileCreateParams,
    FileListParams,
)


class Content(Resource):
    """What is in a file of a container."""

    retrieve = get(
        "/containers/{container_id}/files/{file_id}/content", Binary, headers={"accept": "application/binary"}
    )
    """Fetch the bytes of a file: `read()`, `iter_bytes()`, `write_to_file(path)`."""


class Files(Resource):
    """Put files into a container, and get those that were made there."""

    create = post(
        "/containers/{container_id}/files", FileCreateParams, ContainerFile, multipart=True, json_without_file=True
    )
    """Put a file into a container: its content as `file`, or an uploaded one as `file_id`."""
    retrieve = get("/containers/{container_id}/files/{file_id}", ContainerFile)
    """Describe a file of a container: its path, its size, who made it."""
    list = get("/containers/{container_id}/files", FileListParams, CursorPage[ContainerFile])
    """List the files of a container, the newest first unless `order` says otherwise."""
    delete = delete("/containers/{container_id}/files/{file_id}", NoneType, headers={"accept": "*/*"})
    """Delete a file of a container."""
    content = nested(Content)


class Containers(Resource):
    """Make machines for code and shells, and look after them."""

    path = "containers"

    create = post("/containers", ContainerCreateParams, Container)
    """Make a container; tools run in it when they are given its id."""
    retrieve = get("/containers/{container_id}", Container)
    """Fetch a container: its state, its limits."""
    list = get("/containers", ContainerListParams, CursorPage[Container])
    """List the containers, the newest first unless `order` says otherwise."""
    delete = delete("/containers/{container_id}", NoneType, headers={"accept": "*/*"})
    """Delete a container with all that is in it."""
    files = nested(Files)
