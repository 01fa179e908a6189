"""Where agents work: environments, their files, templates for new ones (API reference: Agent environments; beta)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.pages import CursorPage, TokenPage
from typed_openai.core.call_options import CallOptions
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.agents.environments import (
    EnvironmentCreateParams,
    EnvironmentFile,
    EnvironmentFileCreateParams,
    EnvironmentFileListParams,
    EnvironmentInfo,
    EnvironmentListParams,
    EnvironmentTemplate,
    EnvironmentTemplateDeleted,
    TemplateCreateParams,
    TemplateUpdateParams,
)
from typed_openai.models.agents.kept_objects import AgentListParams
from typed_openai.resources.agent_beta import BETA

if TYPE_CHECKING:
    from typed_openai.agents.staged_files import PreparedAgentFiles, StagedAgentFile
    from typed_openai.core.run.effects import Flow
    from typed_openai.models.file_input import FileInput


class Files(Resource):
    """Put files into an environment, and see what is in it."""

    _headers = BETA

    create = post("/agents/environments/{environment_id}/files", EnvironmentFileCreateParams, EnvironmentFile)
    """Put a file into an environment: an uploaded one, or its content in base64."""
    list = get("/agents/environments/{environment_id}/files", EnvironmentFileListParams, TokenPage[EnvironmentFile])
    """List the files in an environment by their paths, the last first unless `order` says otherwise."""

    @flow_method(options=(CallOptions,))
    def prepare(self, files: Mapping[str, str | PathLike[str]], **options: Any) -> Flow[PreparedAgentFiles]:
        """Upload files of this machine for an environment that is to be made: `environment={"files": prepared.files}`.

        `files` are paths of this machine by the absolute paths below `/workspace` that they go to. All are looked at
        before any is sent. Raises `RequestValidationError` for what cannot be, and `AgentFilePreparationError` where an
        upload failed, with those that were done on `prepared`. The uploads are yours to delete.
        """
        from typed_openai.agents.staged_files import prepare

        return (yield from prepare(self, files, options))

    @flow_method(options=(CallOptions,))
    def prepare_directory(
        self, root: str | PathLike[str], *, destination: str, include: Sequence[str], **options: Any
    ) -> Flow[PreparedAgentFiles]:
        """Upload files of a directory: those that fit one of the patterns in `include` (`**/*.csv`); see `prepare`.

        They go below `destination`, an absolute path below `/workspace`, as they lie below `root`. Links are refused.
        """
        from typed_openai.agents.staged_files import prepare_directory

        return (yield from prepare_directory(self, root, destination, include, options))

    @flow_method(options=(CallOptions,))
    def upload(self, environment_id: str, *, file: FileInput, path: str, **options: Any) -> Flow[StagedAgentFile]:
        """Upload a file and put it into an environment, to the absolute `path` below `/workspace`.

        `file` is what `files.create` takes: a path, bytes, an open binary file, `(name, content)`. Raises
        `AgentFileStagingError` where it was uploaded and did not get there, with the id of the upload.
        """
        from typed_openai.agents.staged_files import upload

        return (yield from upload(self, environment_id, file, path, options))


class Templates(Resource):
    """What new environments are made like."""

    _headers = BETA

    create = post("/agents/environments/templates", TemplateCreateParams, EnvironmentTemplate)
    """Make a template."""
    retrieve = get("/agents/environments/templates/{environment_template_id}", EnvironmentTemplate)
    """Fetch a template."""
    update = post("/agents/environments/templates/{environment_template_id}", TemplateUpdateParams, EnvironmentTemplate)
    """Change a template; what is left out stays as it is, and so do environments that are there."""
    list = get("/agents/environments/templates", AgentListParams, CursorPage[EnvironmentTemplate])
    """List the templates, the newest first unless `order` says otherwise."""
    delete = delete("/agents/environments/templates/{environment_template_id}", EnvironmentTemplateDeleted)
    """Delete a template."""


class Environments(Resource):
    """Machines for agents, made beforehand."""

    path = "beta.agents.environments"
    _headers = BETA

    create = post("/agents/environments", EnvironmentCreateParams, EnvironmentInfo)
    """Make an environment; sessions work in it when they are given its id."""
    retrieve = get("/agents/environments/{environment_id}", EnvironmentInfo)
    """Fetch an environment: how far it is, what was put into it."""
    list = get("/agents/environments", EnvironmentListParams, CursorPage[EnvironmentInfo])
    """List the environments that OpenAI hosts, the newest first unless `order` says otherwise."""
    files = nested(Files)
    templates = nested(Templates)
