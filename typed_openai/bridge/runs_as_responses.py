"""What a run asks of the Responses API. Pure: a definition and the parameters of a run in, a request out.

    run                                                 response
    `instructions`, `additional_instructions`           `instructions`, one after the other
    `tools`: functions                                  the same, flat; `strict` is said (its default differs)
    `tools`: `code_interpreter`                         with a `container` of the files of tool resources
    `tools`: `file_search`                              with the vector stores of tool resources; without any it is
                                                        left out, as there is nothing that it could search;
                                                        its ranker of 2024-08-21 is gone: `auto`
    `response_format`                                   `text.format`
    `reasoning_effort`                                  `reasoning.effort`
    `max_completion_tokens`                             `max_output_tokens`, less what the run has consumed
    `truncation_strategy` (`auto`)                      `truncation`

What the run does not say, it takes from the assistant. A member that neither of them knows is a parameter of responses
and goes there as it is (`extra_body`); tools of other types as well.

Weak spot: a tool that must be used (`tool_choice`) must be used in the first response of a run only, or it would be
asked for again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from typed_openai.bridge.messages import code_files_of, vector_stores_of
from typed_openai.bridge.reading import first, member, objects, rest
from typed_openai.bridge.shelf import Item

INCLUDE = ["file_search_call.results", "code_interpreter_call.outputs"]
"""What steps show of tools, and responses only when asked."""
LEAST_TOKENS = 16
"""Fewer the Responses API does not generate."""
_OLD_RANKER = "default_2024_08_21"
_SAME = ("temperature", "top_p", "parallel_tool_calls", "metadata")
_OF_ASSISTANTS = (
    *("id", "object", "created_at", "at", "name", "description", "model", "instructions", "tools", "tool_resources"),
    *("metadata", "temperature", "top_p", "response_format", "reasoning_effort"),
)
_OF_RUNS = (
    *("assistant_id", "thread", "model", "instructions", "additional_instructions", "additional_messages", "stream"),
    *("max_completion_tokens", "max_prompt_tokens", "metadata", "parallel_tool_calls", "reasoning_effort"),
    *("response_format", "temperature", "tool_choice", "tools", "tool_resources", "top_p", "truncation_strategy"),
)


def run_of(assistant: Item, given: Mapping[str, Any], head: Mapping[str, Any]) -> Item:
    """A new run; `head` says its ids, and when it was made."""
    said = [first(given.get("instructions"), assistant.get("instructions")), given.get("additional_instructions")]
    none = ("required_action", "last_error", "started_at", "cancelled_at", "failed_at", "completed_at")
    return {
        **head,
        "object": "thread.run",
        "assistant_id": assistant["id"],
        "status": "queued",
        **dict.fromkeys((*none, "incomplete_details", "usage")),
        "model": first(given.get("model"), assistant.get("model")),
        "instructions": "\n\n".join(text for text in said if text),
        "tools": first(given.get("tools"), assistant.get("tools"), []),
        "metadata": given.get("metadata") or {},
        "temperature": first(given.get("temperature"), assistant.get("temperature")),
        "top_p": first(given.get("top_p"), assistant.get("top_p")),
        "max_prompt_tokens": None,
        "max_completion_tokens": given.get("max_completion_tokens"),
        "truncation_strategy": {"type": "auto", "last_messages": None},
        "tool_choice": first(given.get("tool_choice"), "auto"),
        "parallel_tool_calls": given.get("parallel_tool_calls") is not False,
        "response_format": first(given.get("response_format"), assistant.get("response_format"), "auto"),
    }


def request_of(run: Item, assistant: Item, given: Mapping[str, Any], resources: Iterable[object]) -> Item:
    """The parameters of each response of a run, without its input; `resources` are those of the tools, by rank."""
    used = [*resources]
    effort = first(given.get("reasoning_effort"), assistant.get("reasoning_effort"))
    form = run["response_format"]
    found: Item = {
        "model": run["model"],
        "conversation": run["thread_id"],
        "background": True,
        "store": True,
        "include": INCLUDE,
        "instructions": run["instructions"] or None,
        "tools": [tool for each in objects(run["tools"]) for tool in _tools(each, used)],
        "tool_choice": _choice(run["tool_choice"]),
        "max_output_tokens": run["max_completion_tokens"],
        "text": None if form == "auto" else {"format": flat(form, "json_schema")},
        "reasoning": None if effort is None else {"effort": effort},
        **{name: run.get(name) for name in _SAME},
    }
    more = {**rest(assistant, *_OF_ASSISTANTS), **rest(dict(given), *_OF_RUNS)}
    kept = {name: value for name, value in found.items() if value not in (None, [], {})}
    return {**kept, "input": [], "extra_body": {"truncation": "auto", **more}}  # what is asked is in the conversation


def following(request: Item, used: int) -> Item:
    """The parameters of a later response of the same run, which has generated this many tokens."""
    changed: Item = {**request, "tool_choice": "none" if request["tool_choice"] == "none" else "auto"}
    if changed.get("max_output_tokens") is not None:
        changed["max_output_tokens"] -= used
    return changed


def flat(value: Item, kind: str) -> Item:
    """An object without the member of this name, what stood in it being members now."""
    return {**rest(value, kind), **member(value, kind)}


def _tools(tool: Item, resources: list[object]) -> list[Item]:
    kind = tool.get("type")
    if kind == "function":
        return [{"strict": False, "parameters": None, **flat(tool, "function")}]
    if kind == "code_interpreter":
        files = [each for one in resources for each in code_files_of(one)]
        return [{"container": {"type": "auto", "file_ids": [*dict.fromkeys(files)]}, **tool}]
    if kind == "file_search":
        stores = [each for one in resources for each in vector_stores_of(one)]
        return [{**_ranked(flat(tool, "file_search")), "vector_store_ids": [*dict.fromkeys(stores)]}] if stores else []
    return [tool]


def _ranked(search: Item) -> Item:
    """A search by a ranker that there still is."""
    options = member(search, "ranking_options")
    if options.get("ranker") != _OLD_RANKER:
        return search
    return {**search, "ranking_options": {**options, "ranker": "auto"}}


def _choice(chosen: Any) -> Any:
    return flat(chosen, "function") if isinstance(chosen, dict) else chosen


def outputs_of(outputs: Mapping[str, str]) -> list[Item]:
    """What functions came to, as items."""
    return [{"type": "function_call_output", "call_id": call, "output": output} for call, output in outputs.items()]
