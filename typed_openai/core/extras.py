"""Modules that are not required, imported when somebody asks for what needs them.

    needed("pyarrow", "a table")     the module, or: a table needs pyarrow: pip install "typed-openai[parquet]"

Rules: nothing is imported before; what is missing is an error of ours that says, in these words and no others, what
needs what, what to install, and what does without. A module that something needs is a row of `BRINGS`.
"""

from __future__ import annotations

import importlib
from typing import Any

BRINGS = {
    "aiohttp": ("httpx-aiohttp", "aiohttp"),
    "botocore": ("botocore", "aws"),
    "brotli": ("brotli", ""),
    "click": ("click", "cli"),
    "django": ("django", ""),
    "flask": ("flask", ""),
    "genai_prices": ("genai-prices", "prices"),
    "google": ("google-auth", "google"),
    "httpx2": ("httpx2", "httpx2"),
    "httpx_aiohttp": ("httpx-aiohttp", "aiohttp"),
    "jmespath": ("jmespath", "cli"),
    "mcp": ("mcp", "mcp"),
    "numpy": ("numpy", ""),
    "openai": ("openai", ""),
    "opentelemetry": ("opentelemetry-api", "otel"),
    "playwright": ("playwright", "browser"),
    "pyarrow": ("pyarrow", "parquet"),
    "ray": ("ray", "ray"),
    "resvg_py": ("resvg_py", "plots"),
    "rich": ("rich", "cli"),
    "starlette": ("starlette", ""),
    "tiktoken": ("tiktoken", "tokens"),
    "websockets": ("websockets", "realtime"),
    "yaml": ("pyyaml", "cli"),
    "zstandard": ("zstandard", ""),
}
"""The package that a module (its first name) comes with, and the extra that brings it; "" for none of ours."""


def needed(module: str, what: str, instead: str = "", error: type[Exception] | None = None) -> Any:
    """A module that may not be installed, for `what`, which needs it; `instead`: what does without it.

    Raises `ConfigurationError`, or an `error` of another kind, that says so.
    """
    try:
        return importlib.import_module(module)
    except ImportError as cause:
        from typed_openai.errors import ConfigurationError

        there = "" if isinstance(cause, ModuleNotFoundError) else f" (what is there cannot be imported: {cause})"
        raise (error or ConfigurationError)(f"{missing(what, module, instead=instead)}{there}") from cause


def missing(what: str, *modules: str, instead: str = "") -> str:
    """What is said where modules are missing that are installed together: what needs them, and how to get them."""
    packages = [BRINGS[module.partition(".")[0]] for module in modules]
    (package, extra), names = packages[0], ", ".join(name for name, _ in packages)
    install = f'"typed-openai[{extra}]"' if extra else package
    return f"{what} needs {names}: pip install {install}{f'; {instead}' if instead else ''}"
