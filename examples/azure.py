"""Azure OpenAI: the v1 API, a dated API by deployment, tokens of Microsoft Entra, and what a 404 says.

`python -m examples.azure` runs it; `AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_API_KEY` and `AZURE_DEPLOYMENT` say where.
Without an endpoint it talks to the local server in `OPENAI_BASE_URL`, which knows Azure's paths.
"""

from __future__ import annotations

import asyncio
import os

from typed_openai import AsyncAzureOpenAI, AzureOpenAI, NotFoundError, OpenAI
from typed_openai.models.chat import ChatMessage, UserMessage

ENDPOINT_VARIABLE = "AZURE_OPENAI_ENDPOINT"
DEPLOYMENT = os.environ.get("AZURE_DEPLOYMENT", "gpt-4o")
MESSAGES: list[ChatMessage] = [UserMessage(content="Hello, Azure!")]


def endpoint() -> str:
    """Any URL that the portal shows: the resource, its /openai, /openai/v1 or /openai/deployments/NAME."""
    return os.environ.get(ENDPOINT_VARIABLE) or os.environ["OPENAI_BASE_URL"].removesuffix("/v1")


def entra_token() -> str:
    """With azure-identity: `get_bearer_token_provider(DefaultAzureCredential(), "https://ai.azure.com/.default")`."""
    return os.environ.get("AZURE_OPENAI_AD_TOKEN", "a-token-of-microsoft-entra")


def v1() -> None:
    """No version: the v1 API, where `model` names the deployment. The key is in AZURE_OPENAI_API_KEY."""
    with AzureOpenAI(azure_endpoint=endpoint()) as client:
        completion = client.chat.completions.create(model=DEPLOYMENT, messages=MESSAGES)
        print(client, "answers", completion.text)
        for found in completion.prompt_filter_results or []:
            print("the filter found", found.content_filter_results)


def dated() -> None:
    """A date: the dated API, where the deployment stands in the path."""
    with AzureOpenAI(azure_endpoint=endpoint(), api_version="2024-10-21") as client:
        print(client, "answers", client.chat.completions.create(model=DEPLOYMENT, messages=MESSAGES).text)
        try:
            client.with_options(azure_endpoint=f"{endpoint()}/elsewhere").models.list()
        except NotFoundError as error:
            print("a 404 says how its URL was built:", str(error).rpartition("; ")[2])


def as_in_ruby() -> None:
    """ruby-openai's way: a URL that ends with the deployment, and `api_type`."""
    url = f"{endpoint()}/openai/deployments/{DEPLOYMENT}"
    key = os.environ.get("AZURE_OPENAI_API_KEY", "none")
    with OpenAI(api_type="azure", base_url=url, api_key=key, api_version="2023-03-15-preview") as client:
        print(client, "answers", client.chat.completions.create(model=DEPLOYMENT, messages=MESSAGES).text)


async def with_a_token() -> None:
    """A function that returns a token, asked before every attempt; here it may be async."""
    async with AsyncAzureOpenAI(azure_endpoint=endpoint(), azure_ad_token_provider=entra_token) as client:
        completion = await client.chat.completions.create(model=DEPLOYMENT, messages=MESSAGES)
        print(client, "answers", completion.text)


def main() -> None:
    v1()
    dated()
    as_in_ruby()
    asyncio.run(with_a_token())


if __name__ == "__main__":
    main()
