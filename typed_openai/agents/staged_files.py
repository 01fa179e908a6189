"""Files of this machine for environments of agents: chosen, looked at, uploaded, named for where they go.

    prepared = files.prepare({"/workspace/data.csv": "data.csv"})
    client.beta.agents.sessions.create(environment={"type": "openai_hosted", "files": prepared.files}, ...)

Rules
* Everything is looked at before anything is uploaded: destinations lie below `/workspace`, none of them twice, in
  another or in a place of the service's; sources are files that can be read and uploaded, and not links.
* What was uploaded belongs to you: `uploaded_file_ids` names it, also where something failed on the way; where that
  was a cancelled task or Ctrl-C, `made_before(error)` does.

Weak spot: a file that changes between the look and the upload is uploaded as it is then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from pydantic_core import PydanticCustomError

from typed_openai.core.request.faults import shown
from typed_openai.core.run.effects import Work
from typed_openai.core.run.made_before import taking_along
from typed_openai.errors import Fault, OpenAIError, RequestValidationError
from typed_openai.models.file_input import FileCheck

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.models.agents.environments import EnvironmentFile

__all__ = ["AgentFilePreparationError", "AgentFileStagingError", "PreparedAgentFiles", "StagedAgentFile"]

_Source: TypeAlias = str | os.PathLike[str]
_ROOT = "/workspace/"
_RESERVED = (".codex", ".managed-agents")
_OUTPUTS = "/workspace/outputs"


@dataclass(frozen=True)
class PreparedAgentFiles:
    """Files that were uploaded for an environment."""

    files: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    """The files as an environment takes them: `environment={"files": prepared.files}`."""
    uploaded_file_ids: list[str] = field(default_factory=list[str])
    """Ids of the uploads, which are yours to delete."""


@dataclass(frozen=True)
class StagedAgentFile:
    """A file that was uploaded and put into an environment."""

    uploaded_file_id: str
    """Id of the upload, which is yours to delete."""
    file: EnvironmentFile
    """The file in the environment."""


class AgentFilePreparationError(OpenAIError):
    """Not all files were uploaded: `prepared` has those that were. What happened is the `__cause__`."""

    def __init__(self, message: str, prepared: PreparedAgentFiles) -> None:
        super().__init__(message)
        self.prepared = prepared


class AgentFileStagingError(OpenAIError):
    """A file was uploaded (`uploaded_file_id`) and did not get into its environment. Why is the `__cause__`."""

    def __init__(self, message: str, uploaded_file_id: str) -> None:
        super().__init__(message)
        self.uploaded_file_id = uploaded_file_id


def prepare(resource: Any, files: Mapping[str, _Source], options: Mapping[str, Any]) -> Flow[PreparedAgentFiles]:
    """Look at all files, then upload them one after the other."""
    title = f"{resource.path}.prepare"
    if not isinstance(files, Mapping):
        raise RequestValidationError(title, [Fault("files", "files by the paths that they go to", shown(files))])
    if options.get("idempotency_key") is not None and len(files) > 1:
        raise RequestValidationError(title, [Fault("idempotency_key", "no key for several files", "one")])
    faults = yield Work(lambda: [*_faults(files)])
    if faults:
        raise RequestValidationError(title, faults)
    return (yield from _uploaded(resource, {place: Path(source) for place, source in files.items()}, options))


def prepare_directory(
    resource: Any, root: _Source, destination: str, include: Sequence[str], options: Mapping[str, Any]
) -> Flow[PreparedAgentFiles]:
    """Choose files of a directory by patterns, then as `prepare`."""
    title = f"{resource.path}.prepare_directory"
    given = {"root": root, "destination": destination, "include": include}
    faults, chosen = yield Work(_chosen, given)
    if not faults:
        faults = yield Work(lambda: [*_faults(chosen)])
    if faults:
        raise RequestValidationError(title, faults)
    return (yield from _uploaded(resource, chosen, options))


def _uploaded(resource: Any, files: Mapping[str, Path], options: Mapping[str, Any]) -> Flow[PreparedAgentFiles]:
    prepared, done = PreparedAgentFiles(), list[Any]()
    with taking_along(done, lambda: _named(prepared)):
        for place, source in files.items():
            try:
                uploaded = yield from resource.client.files.create.flow(file=source, purpose="user_data", **options)
            except (OpenAIError, OSError) as error:
                how_far = f"{len(prepared.files)} of {len(files)} files were uploaded"
                raise AgentFilePreparationError(f"{source}: {error} ({how_far})", prepared) from error
            prepared.uploaded_file_ids.append(uploaded.id)
            prepared.files.append({"type": "file_id", "file_id": uploaded.id, "path": place})
            done.append(uploaded)
    return prepared


def _named(prepared: PreparedAgentFiles) -> str:
    names = ", ".join(f"{each['file_id']} ({each['path']})" for each in prepared.files)
    return f"uploaded before this: {names}"


def upload(
    resource: Any, environment_id: str, file: Any, path: str, options: Mapping[str, Any]
) -> Flow[StagedAgentFile]:
    """Upload one file, then put it into an environment."""
    title = f"{resource.path}.upload"
    faults = [Fault("path", said, shown(path)) for said in _wrong_place(path)]
    try:
        resource.create.request(environment_id, type="file_id", file_id="file", path="/workspace/a")
    except RequestValidationError as error:
        faults += error.faults
    if faults:
        raise RequestValidationError(title, faults)
    uploaded = yield from resource.client.files.create.flow(file=file, purpose="user_data", **options)
    what = {"type": "file_id", "file_id": uploaded.id, "path": path}
    said = f"the file was uploaded as {uploaded.id}, and did not get into {environment_id}"
    with taking_along([uploaded], lambda: said, AgentFileStagingError):
        try:
            staged = yield from resource.create.flow(environment_id, **what, **options)
        except OpenAIError as error:
            raise AgentFileStagingError(f"{said}: {error}", uploaded.id) from error
    return StagedAgentFile(uploaded.id, staged)


# -- what may go where -----------------------------------------------------------------------------------------------


def _wrong_place(path: object) -> Iterator[str]:
    """Why a file cannot go there."""
    if not isinstance(path, str) or not path.startswith(_ROOT) or "\x00" in path or "\\" in path:
        yield f"an absolute path below {_ROOT}, with / between its parts"
        return
    first, *rest = path.removeprefix(_ROOT).split("/")
    if any("\ud800" <= letter <= "\udfff" for letter in path):
        yield "a path that UTF-8 can carry"
    elif any(part in ("", ".", "..") for part in (first, *rest)):
        yield "a path without empty parts, . and .."
    elif first in _RESERVED or first.startswith(".managed-agents-") or path == _OUTPUTS:
        yield "a path that the service does not use itself"


def _faults(files: Mapping[str, _Source]) -> Iterator[Fault]:
    """Everything that is wrong with files and where they are to go."""
    if not files:
        yield Fault("files", "files by the paths that they go to", shown(files))
    places = {*files}
    for place, source in files.items():
        for said in _wrong_place(place):
            yield Fault(f"files[{place!r}]", said, shown(place))
        above = [parent for parent in map(str, PurePosixPath(str(place)).parents) if parent in places]
        if above:
            yield Fault(f"files[{place!r}]", f"a path that is not in the file {above[0]}", shown(place))
        why = _wrong_source(source)
        if why:
            yield Fault(f"files[{place!r}]", why, shown(source if isinstance(source, str) else str(source)))


def _is_path(value: object) -> TypeGuard[_Source]:
    return isinstance(value, str | os.PathLike) and isinstance(os.fspath(value), str)


def _wrong_source(source: object) -> str:
    """Why a file of this machine cannot be uploaded; nothing where it can."""
    if not _is_path(source):
        return "the path of a file of this machine"
    path = Path(source)
    if path.is_symlink():
        return "a file and not a link"
    if not path.is_file():
        return "a file that is there"
    try:
        path.name.encode()
        FileCheck()(path)
    except UnicodeEncodeError:
        return "a file whose name is text that UTF-8 can carry"
    except PydanticCustomError as error:
        return error.message()
    return ""


def _chosen(given: Mapping[str, Any]) -> tuple[list[Fault], dict[str, Path]]:
    """The files of a directory that fit the patterns, by the paths that they go to."""
    destination, patterns = given["destination"], given["include"]
    root = Path(given["root"]) if _is_path(given["root"]) else None
    faults = [Fault("destination", said, shown(destination)) for said in _wrong_place(f"{destination}/a")]
    if root is None or root.is_symlink() or not root.is_dir():
        faults.append(Fault("root", "a directory that is there, and not a link", shown(given["root"])))
    include = [*patterns] if isinstance(patterns, Iterable) and not isinstance(patterns, str) else []
    if not include:
        faults.append(Fault("include", "patterns that choose files, such as ['**/*.csv']", shown(patterns)))
    for place, pattern in enumerate(include):
        why = _wrong_pattern(pattern)
        if why:
            faults.append(Fault(f"include[{place}]", why, shown(pattern)))
    if faults or root is None:
        return faults, {}
    found: dict[str, Path] = {}
    for pattern in include:
        for path in sorted(root.glob(pattern)):
            inner = path.relative_to(root)
            linked = next((part for part in (path, *path.parents) if part != root and part.is_symlink()), None)
            if linked is not None and linked.is_relative_to(root):
                faults.append(Fault("include", "files and not links", shown(str(linked))))
            elif not path.is_dir():
                found[f"{destination}/{inner.as_posix()}"] = path
    if not found and not faults:
        hint = "`**` alone fits directories; files at any depth are `**/*`" if "**" in include else ""
        faults.append(Fault("include", f"patterns that files in {root} fit", shown(include), hint))
    return faults, found


def _wrong_pattern(pattern: object) -> str:
    """Why a pattern does not choose files; nothing where it may."""
    pure = PurePosixPath(pattern) if isinstance(pattern, str) and pattern else None
    if pure is None or pure.is_absolute() or ".." in pure.parts:
        return "a pattern that stays in the directory"
    if any("**" in part and part != "**" for part in pure.parts):
        return "a pattern whose `**` stands alone between slashes"
    return ""
