"""`AzureOpenAI` and `AsyncAzureOpenAI`: the clients for OpenAI's models as a service of Azure.

    client = AzureOpenAI(azure_endpoint="https://NAME.openai.azure.com", api_key="...")              # the v1 API
    client = AzureOpenAI(azure_endpoint="https://NAME.openai.azure.com", api_version="2024-10-21")   # a dated one
    client = AzureOpenAI(azure_endpoint=..., azure_ad_token_provider=get_bearer_token_provider(...))

`azure_endpoint` may be any URL that the portal shows; how it is read, and which path an operation gets, is in
`settings/azure.py`. `model` is the name of a deployment. A key travels in the header `api-key`, a Microsoft Entra token
as `Authorization: Bearer`; there is one of them, and an argument replaces the environment. Where that has both,
`AZURE_OPENAI_AD_TOKEN` is used. `OPENAI_API_KEY`, `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID` and `OPENAI_BASE_URL` are not
looked at. `OpenAI(api_type="azure", base_url=...)` is the same client under its other name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from typed_openai.client import AsyncOpenAI, OpenAI
from typed_openai.settings.shown import ShownDoc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typed_openai.settings.names import AsyncClientSettings, ClientSettings


class AzureOpenAI(OpenAI):
    """The sync client for Azure. Settings are those of `settings.ClientSettings`, all optional."""

    if not TYPE_CHECKING:
        __doc__ = ShownDoc(__doc__)

    def __init__(self, **settings: Unpack[ClientSettings]) -> None:
        super().__init__(**_azure(settings))


class AsyncAzureOpenAI(AsyncOpenAI):
    """The async client for Azure. Settings are those of `settings.AsyncClientSettings`, all optional."""

    if not TYPE_CHECKING:
        __doc__ = ShownDoc(__doc__)

    def __init__(self, **settings: Unpack[AsyncClientSettings]) -> None:
        super().__init__(**_azure(settings))


def _azure(settings: Mapping[str, Any]) -> Any:
    return {"api_type": "azure", **{name: value for name, value in settings.items() if value is not None}}
