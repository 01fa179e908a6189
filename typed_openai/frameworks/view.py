"""The view itself: a client of the official package whose HTTP transport is our client.

The classes are made when the official package is at hand, one for each kind of client (`class_of`): the mixin of a
colour, then the official class. What a mixin changes there:

* `_build_request` makes an `Exchange` of the options, which finds the operation and checks; the official package's own
  request is kept beside it, since its objects show it.
* The transport (`carrier.py`) runs the exchange by the driver of our client.
* `request` goes without the official package's attempts (ours are made below) and translates errors. Instrumentation
  that patches `openai.OpenAI.request`, or `request` of one client, sees every call.

Weak spot: these are hooks of the official package, public and not; the pinned programs of `make frameworks` use the
versions 2.54 to 3.57 of it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from inspect import isawaitable
from typing import Any, ClassVar, Self

from typed_openai import errors
from typed_openai.client import BaseClient
from typed_openai.frameworks.carrier import EXCHANGE, META, transport_class
from typed_openai.frameworks.exchange import Exchange, is_mark
from typed_openai.frameworks.translation import translated

_KINDS = ("AzureOpenAI", "AsyncAzureOpenAI", "OpenAI", "AsyncOpenAI")
_LIVE = frozenset(("websocket_base_url", "_strict_response_validation", "_platform"))
"""What the official package keeps on a client and goes on reading there."""
_HERE = frozenset(("websocket_base_url",))
"""Settings that are the official package's own: nothing of ours asks for them."""


def view_of(client: BaseClient, official: Any) -> Any:
    """A new view of the client; of a view, the view itself."""
    if isinstance(client, View):
        return client
    names = [each.__name__ for each in type(client).__mro__]
    return class_of(official, next(kind for kind in _KINDS if kind in names))(client)


@functools.cache
def class_of(official: Any, kind: str) -> Any:
    """The class of the views of a kind of client: a real subclass of the official class of this name."""
    family = sys.modules[official.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]]
    mixin = AwaitedView if kind.startswith("Async") else BlockingView
    return type(
        kind, (mixin, getattr(official, kind)), {"official": official, "family": family, "__module__": __name__}
    )


class Setting:
    """A setting of our client, to be read from a view and to be set there."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, view: Any, owner: type) -> Any:
        return self if view is None else self._read(view)

    def __set__(self, view: Any, value: Any) -> None:
        view.change({self._name.lstrip("_"): value})


def _unset(name: str) -> Setting:
    """A setting that is read as it is with us."""
    return Setting(lambda view: getattr(view.typed, name))


class View:
    """What the views of both colours share."""

    official: ClassVar[Any]
    family: ClassVar[Any]
    """The HTTP package that the official one is made with: httpx or httpx2."""
    typed: Any
    """Our client."""
    _client: Any
    """The HTTP client that the official package thinks it uses."""
    _carrier: Any
    _key_provider: Any

    api_key = Setting(lambda view: key if isinstance(key := view.typed.credential.value, str) else "")
    admin_api_key = Setting(lambda view: key if isinstance(key := view.typed.admin_api_key, str) else None)
    organization = _unset("organization")
    project = _unset("project")
    webhook_secret = _unset("webhook_secret")
    timeout = _unset("timeout")
    max_retries = _unset("max_retries")
    base_url = _base_url = Setting(lambda view: view.family.URL(f"{view.typed.config.base_url}/"))
    _custom_headers = Setting(lambda view: {**view.typed.config.default_headers, **view.typed._added})
    _custom_query = Setting(lambda view: dict(view.typed.config.default_query))

    def __init__(self, typed: BaseClient) -> None:
        vars(self)["typed"] = typed
        made: dict[str, Any] = {"base_url": typed.config.base_url, "api_key": self._key_provider()}
        if typed.config.api_type == "azure":
            azure = typed.config.azure
            made |= {"api_key": "of the view", "api_version": getattr(azure, "api_version", None) or "v1"}
        official: Any = super()
        official.__init__(**made, http_client=self._carrier(), _enforce_credentials=False)
        vars(self)["frozen"] = frozenset(vars(self)) - _LIVE

    # -- settings ------------------------------------------------------------------------------------------------

    def change(self, settings: dict[str, Any]) -> None:
        """Go on with a client of ours that has these settings. The official constructor sets them too: it gave none."""
        if "frozen" in vars(self):
            vars(self)["typed"] = self.typed.with_options(**_ours(settings))

    def __setattr__(self, name: str, value: Any) -> None:
        if name in vars(self).get("frozen", ()):
            hint = "as_official(OpenAI(...)) of a client with that setting has it"
            raise AttributeError(f"{name} is not set on a view, whose calls are made by {self.typed!r}: {hint}")
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "typed" not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self.typed, name)

    def copy(self, **settings: Any) -> Self:
        """A view of a client of ours with some settings changed, on the same connections."""
        given = {name: value for name, value in settings.items() if value is not None and not is_mark(value)}
        if "timeout" in settings and settings["timeout"] is None:
            given["timeout"] = False
        given |= given.pop("_extra_kwargs", {})
        own = {name: given.pop(name, getattr(self, name)) for name in _HERE}
        given.pop("_enforce_credentials", None)
        view = type(self)(self.typed.with_options(**_ours(given)))
        vars(view).update(own)
        return view

    with_options = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Itself: programs copy their settings deeply, and connections are to be shared."""
        return self

    def __repr__(self) -> str:
        return f"<official view of {self.typed!r}>"

    # -- a request -----------------------------------------------------------------------------------------------

    def _build_request(self, options: Any, **more: Any) -> Any:
        exchange = Exchange(self.typed, options)
        official: Any = super()
        request = official._build_request(options, **more)
        request.extensions[EXCHANGE] = exchange
        return request

    def _process_response(self, **given: Any) -> Any:
        official: Any = super()
        meta = given["response"].extensions.get(META)
        return official._process_response(**given | ({} if meta is None else {"retries_taken": meta.retries}))

    def _validate_headers(self, headers: Any, custom_headers: Any) -> None:
        """Who asks is said below."""

    def _custom_auth(self, security: Any) -> None:
        """Who asks is said below."""

    def _send_request(self, request: Any, *, stream: bool, **options: Any) -> Any:
        carrier: Any = self._client
        return carrier.send(request, stream=stream, **options)

    def _failed(self, error: Exception) -> Exception:
        return translated(error, self.official, self.family)


def _once(options: Any) -> Any:
    """The options of a request, to be sent once: attempts are made below."""
    return options.model_copy(update={"max_retries": 0})


def _ours(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as our clients take them."""
    found = dict(settings)
    if "base_url" in found:
        found["base_url"] = str(found["base_url"])
    if "timeout" in found and found["timeout"] is None:
        found["timeout"] = False
    for name in ("custom_headers", "custom_query"):
        if name in found:
            raise AttributeError(f"_{name} is not set on a view: view.with_options(default_{name[7:]}=...) has them")
    return found


def _text(credential: object) -> str:
    """A key as the official package wants to have one; what is signed is signed by our client."""
    return credential if isinstance(credential, str) else ""


class BlockingView(View):
    """The view of a sync client."""

    def _carrier(self) -> Any:
        return self.family.Client(transport=transport_class(self.family, False)(self))

    def _key_provider(self) -> Callable[[], Any]:
        value = self.typed.credential.value
        return lambda: _text(value() if callable(value) else value)

    def _prepare_options(self, options: Any) -> Any:
        return options

    def _prepare_request(self, request: Any) -> None:
        exchange = request.extensions[EXCHANGE]
        if exchange.found is None:
            exchange.carry(request.read(), request.headers.get("content-type"))

    def request(self, cast_to: Any, options: Any, **more: Any) -> Any:
        """As there; one attempt of the official package is all the attempts of ours."""
        official: Any = super()
        try:
            return official.request(cast_to, _once(options), **more)
        except (self.official.OpenAIError, errors.OpenAIError) as error:
            found = self._failed(error)
            if found is error:
                raise
            raise found from found.__cause__

    def close(self) -> None:
        """Close the connections of our client."""
        self.typed.close()
        official: Any = super()
        official.close()


class AwaitedView(View):
    """The view of an async client."""

    def _carrier(self) -> Any:
        return self.family.AsyncClient(transport=transport_class(self.family, True)(self))

    def _key_provider(self) -> Callable[[], Any]:
        value: Any = self.typed.credential.value

        async def key() -> Any:
            found: Any = value() if callable(value) else value
            return _text(await found if isawaitable(found) else found)

        return key

    async def _prepare_options(self, options: Any) -> Any:
        return options

    async def _prepare_request(self, request: Any) -> None:
        exchange = request.extensions[EXCHANGE]
        if exchange.found is None:
            exchange.carry(await request.aread(), request.headers.get("content-type"))

    async def request(self, cast_to: Any, options: Any, **more: Any) -> Any:
        """As there; one attempt of the official package is all the attempts of ours."""
        official: Any = super()
        try:
            return await official.request(cast_to, _once(options), **more)
        except (self.official.OpenAIError, errors.OpenAIError) as error:
            found = self._failed(error)
            if found is error:
                raise
            raise found from found.__cause__

    async def close(self) -> None:
        """Close the connections of our client."""
        await self.typed.close()
        official: Any = super()
        await official.close()
