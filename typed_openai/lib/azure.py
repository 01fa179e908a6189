"""`openai.lib.azure`: the Azure clients, which live in `typed_openai.azure`."""

from typed_openai.azure import AsyncAzureOpenAI as AsyncAzureOpenAI
from typed_openai.azure import AzureOpenAI as AzureOpenAI
